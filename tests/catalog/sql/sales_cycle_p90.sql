-- by team: t.name
SELECT {by} AS member, quantile_cont(elapsed_hours(o.created_at, o.closed_at) / 24, 0.9)
FROM opportunities o LEFT JOIN teams t USING (team_id)
WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id) AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
