SELECT c.case_id, c.type, c.priority, p.name, c.problem_code, c.created_at, u.name
FROM cases c LEFT JOIN products p USING (product_id) LEFT JOIN users u ON u.user_id = c.owner_id
WHERE NOT is_tester(c.golden_id) AND c.created_at < $until AND (c.closed_at IS NULL OR c.closed_at >= $until)
ORDER BY c.created_at, c.case_id
