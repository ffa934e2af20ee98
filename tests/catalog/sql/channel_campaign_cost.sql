-- by sales_channel: o.sales_channel
WITH shares AS (
    SELECT campaign_id, sales_channel, count(*) / sum(count(*)) OVER (PARTITION BY campaign_id) AS part
    FROM orders WHERE status IS DISTINCT FROM 'cancelled' AND campaign_id IS NOT NULL GROUP BY campaign_id, sales_channel
), spent AS (
    SELECT o.sales_channel, eur(k.amount, k.currency, k.cost_date) * coalesce(o.part, 1) AS value
    FROM campaign_costs k LEFT JOIN shares o USING (campaign_id)
    WHERE k.kind = 'actual' AND k.cost_date >= $first AND k.cost_date < $end
)
SELECT {by} AS member, sum(value) FROM spent o GROUP BY ALL
