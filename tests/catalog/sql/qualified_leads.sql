-- by source_channel: l.source_channel
-- by team: t.name
SELECT {by} AS member, count(DISTINCT l.lead_id)
FROM leads l LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(l.golden_id) AND l.qualified_at >= $start AND l.qualified_at < $until
GROUP BY ALL
