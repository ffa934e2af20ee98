-- by case_type: c.type
SELECT {by} AS member, count(*)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.created_at < $until AND (c.closed_at IS NULL OR c.closed_at >= $until)
GROUP BY ALL
