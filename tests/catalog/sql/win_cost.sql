-- by source_channel: s.source
WITH cost AS (
    SELECT c.channel AS source, sum(k.amount) AS value FROM campaign_costs k JOIN campaigns c USING (campaign_id)
    WHERE k.kind = 'actual' AND k.cost_date >= $first AND k.cost_date < $end GROUP BY ALL
), won AS (
    SELECT o.source_channel AS source, count(*) AS value FROM opportunities o
    WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id)
      AND o.closed_at >= $start AND o.closed_at < $until GROUP BY ALL
), s AS (
    SELECT coalesce(cost.source, won.source) AS source, cost.value AS cost, won.value AS won
    FROM cost FULL JOIN won ON cost.source IS NOT DISTINCT FROM won.source
)
SELECT {by} AS member, coalesce(sum(s.cost), 0) / sum(s.won) FROM s GROUP BY ALL
