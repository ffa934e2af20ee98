-- by source_channel: l.source_channel
-- by team: t.name
SELECT {by} AS member, avg(CASE WHEN o.outcome = 'won'
         AND o.closed_at BETWEEN l.qualified_at AND l.qualified_at + INTERVAL 180 DAY THEN 1.0 ELSE 0.0 END)
FROM leads l LEFT JOIN opportunities o ON o.opportunity_id = l.converted_opportunity_id
LEFT JOIN teams t ON t.team_id = l.team_id
WHERE NOT is_tester(l.golden_id) AND l.qualified_at >= $start AND l.qualified_at < $until
  AND l.qualified_at + INTERVAL 180 DAY <= TIMESTAMP '2026-06-14 22:00'
GROUP BY ALL
