SELECT f.kpi_id, f.cause, f.action, f.due_at, f.decision_at, u.name
FROM report_feedback f LEFT JOIN users u ON u.user_id = f.owner
WHERE f.action IS NOT NULL AND f.decision_at < $until AND (f.done_at IS NULL OR f.done_at >= $until)
ORDER BY f.due_at NULLS LAST, f.run_id, f.recipient
