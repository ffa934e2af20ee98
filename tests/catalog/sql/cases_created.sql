-- by problem: c.problem_code
-- by case_type: c.type
-- by product_category: p.category
SELECT {by} AS member, count(*)
FROM cases c LEFT JOIN products p USING (product_id)
WHERE NOT is_tester(c.golden_id) AND c.created_at >= $start AND c.created_at < $until
GROUP BY ALL
