-- by case_type: c.type
SELECT {by} AS member, count(DISTINCT c.golden_id)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.created_at >= $start AND c.created_at < $until
GROUP BY ALL
