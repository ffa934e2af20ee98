-- by team: t.name
-- by task_type: k.type
SELECT {by} AS member, count(*) FROM tasks k LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(k.golden_id) AND k.due_at <= $until::TIMESTAMP - INTERVAL 7 DAY
  AND (k.closed_at IS NULL OR k.closed_at >= $until)
GROUP BY ALL
