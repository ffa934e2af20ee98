-- by segment: segment_at(o.golden_id, o.closed_at)
-- by team: t.name
SELECT {by} AS member, avg(CASE o.outcome WHEN 'won' THEN 1.0 ELSE 0.0 END)
FROM opportunities o LEFT JOIN teams t USING (team_id)
WHERE o.outcome IN ('won', 'lost') AND NOT is_tester(o.golden_id)
  AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
