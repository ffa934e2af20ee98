-- by sales_channel: o.sales_channel
WITH shares AS (
    SELECT campaign_id, sales_channel, count(*) / sum(count(*)) OVER (PARTITION BY campaign_id) AS part
    FROM orders WHERE status IS DISTINCT FROM 'cancelled' AND campaign_id IS NOT NULL GROUP BY campaign_id, sales_channel
), spent AS (
    SELECT o.sales_channel, eur(k.amount, k.currency, k.cost_date) * coalesce(o.part, 1) AS value
    FROM campaign_costs k LEFT JOIN shares o USING (campaign_id)
    WHERE k.kind = 'actual' AND k.cost_date >= $first AND k.cost_date < $end
),
cost AS (
    SELECT {by} AS member, sum(r.cost_per_contact) AS value FROM orders o
    JOIN cost_rates r ON r.team_id = o.team_id AND r.channel = o.sales_channel
        AND berlin_day(o.ordered_at) >= r.valid_from
        AND berlin_day(o.ordered_at) < coalesce(r.valid_to, DATE '9999-01-01')
    WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
), earned AS (
    SELECT {by} AS member, sum(eur(l.net_amount - l.cost_amount, o.currency, berlin_day(o.ordered_at))) AS value,
           sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS sold
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.status IS DISTINCT FROM 'cancelled' AND l.cost_amount IS NOT NULL AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
), campaigns AS (
    SELECT {by} AS member, sum(value) AS value FROM spent o GROUP BY ALL
), parts AS (
    SELECT member FROM earned UNION SELECT member FROM cost UNION SELECT member FROM campaigns
)
SELECT parts.member,
    coalesce(earned.value, 0) - coalesce(cost.value, 0) - coalesce(campaigns.value, 0)
FROM parts
LEFT JOIN earned ON earned.member IS NOT DISTINCT FROM parts.member
LEFT JOIN cost ON cost.member IS NOT DISTINCT FROM parts.member
LEFT JOIN campaigns ON campaigns.member IS NOT DISTINCT FROM parts.member
