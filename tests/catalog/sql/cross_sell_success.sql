-- by satisfaction_band: CASE WHEN s.index < 50 THEN 'low' WHEN s.index < 75 THEN 'medium' WHEN s.index >= 75 THEN 'high' END
-- by segment: segment_at(o.golden_id, o.closed_at)
SELECT {by} AS member, avg(CASE o.outcome WHEN 'won' THEN 1.0 ELSE 0.0 END)
FROM opportunities o LEFT JOIN (
    SELECT d.opportunity_id, arg_max((v.score - v.scale_min) * 100 / (v.scale_max - v.scale_min), (v.answered_at, v.response_id)) AS index
    FROM opportunities d JOIN surveys v USING (golden_id)
    WHERE v.answered_at BETWEEN d.created_at - INTERVAL 1 YEAR AND d.created_at GROUP BY ALL
) s USING (opportunity_id)
WHERE o.opportunity_kind = 'cross-sell' AND o.outcome IN ('won', 'lost') AND NOT is_tester(o.golden_id)
  AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
