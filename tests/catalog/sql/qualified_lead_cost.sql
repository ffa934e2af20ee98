-- by source_channel: s.source
WITH cost AS (
    SELECT c.channel AS source, sum(k.amount) AS value FROM campaign_costs k JOIN campaigns c USING (campaign_id)
    WHERE k.kind = 'actual' AND k.cost_date >= $first AND k.cost_date < $end GROUP BY ALL
), won AS (
    SELECT l.source_channel AS source, count(*) AS value FROM leads l
    WHERE NOT is_tester(l.golden_id) AND l.qualified_at >= $start AND l.qualified_at < $until GROUP BY ALL
), s AS (
    SELECT coalesce(cost.source, won.source) AS source, cost.value AS cost, won.value AS won
    FROM cost FULL JOIN won ON cost.source IS NOT DISTINCT FROM won.source
)
SELECT {by} AS member, coalesce(sum(s.cost), 0) / sum(s.won) FROM s GROUP BY ALL
