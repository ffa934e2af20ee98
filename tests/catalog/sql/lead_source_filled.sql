-- by team: t.name
SELECT {by} AS member, count(nullif(l.source_channel, '')) / count(*)
FROM leads l LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(l.golden_id) AND l.created_at >= $start AND l.created_at < $until
GROUP BY ALL
