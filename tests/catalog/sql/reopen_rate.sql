-- by case_type: c.type
SELECT {by} AS member, avg(CASE WHEN c.reopened_count > 0 THEN 1.0 ELSE 0.0 END)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.resolved_at >= $start AND c.resolved_at < $until
GROUP BY ALL
