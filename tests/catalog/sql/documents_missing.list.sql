SELECT d.document_id, d.type, d.golden_id, d.promised_at,
    coalesce(d.due_at, d.promised_at + INTERVAL 3 DAY) AS due, u.name
FROM documents d LEFT JOIN users u ON u.user_id = d.owner
WHERE NOT is_tester(d.golden_id) AND due < $until AND (d.sent_at IS NULL OR d.sent_at >= $until)
ORDER BY due, d.document_id
