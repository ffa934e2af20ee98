-- by team: t.name
-- by task_type: k.type
SELECT {by} AS member, avg(CASE WHEN k.done_at <= k.first_due_at THEN 1.0 ELSE 0.0 END)
FROM tasks k LEFT JOIN teams t USING (team_id)
WHERE k.status <> 'cancelled' AND NOT is_tester(k.golden_id) AND k.first_due_at >= $start AND k.first_due_at < $until
GROUP BY ALL
