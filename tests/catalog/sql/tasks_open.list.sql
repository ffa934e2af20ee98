SELECT k.task_id, k.type, k.priority, k.golden_id, k.due_at, k.created_at, u.name
FROM tasks k LEFT JOIN users u ON u.user_id = k.owner
WHERE NOT is_tester(k.golden_id) AND k.created_at < $until AND (k.closed_at IS NULL OR k.closed_at >= $until)
ORDER BY k.due_at NULLS LAST, k.task_id
