-- by source_channel: l.source_channel
-- by team: t.name
SELECT {by} AS member, avg(CASE WHEN l.qualified_at BETWEEN l.created_at AND l.created_at + INTERVAL 90 DAY
                                THEN 1.0 ELSE 0.0 END)
FROM leads l LEFT JOIN teams t ON t.team_id = l.team_id
WHERE NOT is_tester(l.golden_id) AND l.created_at >= $start AND l.created_at < $until
  AND l.created_at + INTERVAL 90 DAY <= TIMESTAMP '2026-06-14 22:00'
GROUP BY ALL
