-- by overdue_by: CASE WHEN k.due_at >= $until THEN 'not yet due' WHEN berlin_day(k.due_at) = $end::DATE - 1 THEN 'less than a day' WHEN berlin_day(k.due_at) >= $end::DATE - 8 THEN '1 to 7 days' WHEN berlin_day(k.due_at) >= $end::DATE - 31 THEN '8 to 30 days' WHEN k.due_at IS NOT NULL THEN 'more than 30 days' END
-- by team: t.name
-- by task_type: k.type
-- by priority: k.priority
SELECT {by} AS member, count(*) FROM tasks k LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(k.golden_id) AND k.due_at < $until AND (k.closed_at IS NULL OR k.closed_at >= $until)
GROUP BY ALL
