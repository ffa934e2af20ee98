-- by team: t.name
SELECT {by} AS member, median(elapsed_hours(c.created_at, c.resolved_at))
FROM cases c LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(c.golden_id) AND c.resolved_at >= $start AND c.resolved_at < $until
GROUP BY ALL
