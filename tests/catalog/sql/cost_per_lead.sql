-- by campaign_channel: c.channel
WITH cost AS (
    SELECT {by} AS member, sum(k.amount) AS value FROM campaign_costs k JOIN campaigns c USING (campaign_id)
    WHERE k.kind = 'actual' AND k.cost_date >= $first AND k.cost_date < $end GROUP BY ALL
), won AS (
    SELECT {by} AS member, count(*) AS value
    FROM leads l JOIN campaigns c ON c.campaign_id = l.source_campaign_id
    WHERE NOT is_tester(l.golden_id) AND l.created_at >= $start AND l.created_at < $until GROUP BY ALL
)
SELECT member, coalesce(cost.value, 0) / won.value FROM cost FULL JOIN won USING (member)
