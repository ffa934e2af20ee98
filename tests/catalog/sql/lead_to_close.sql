-- by source_channel: l.source_channel
-- by team: t.name
SELECT {by} AS member, avg(CASE o.outcome WHEN 'won' THEN 1.0 ELSE 0.0 END)
FROM leads l LEFT JOIN opportunities o ON o.opportunity_id = l.converted_opportunity_id
LEFT JOIN teams t ON t.team_id = l.team_id
WHERE NOT is_tester(l.golden_id) AND l.created_at >= $start AND l.created_at < $until
GROUP BY ALL
