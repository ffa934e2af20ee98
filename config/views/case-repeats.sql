-- One row per resolved case: did the customer come back with the same problem within 7 days?
SELECT
    c.case_id,
    count(d.case_id) > 0 AS repeated
FROM cases AS c
LEFT JOIN cases AS d
    ON d.golden_id = c.golden_id
    AND d.problem_code = c.problem_code
    AND d.case_id <> c.case_id
    AND d.created_at > c.resolved_at
    AND d.created_at <= c.resolved_at + INTERVAL '7 days'
GROUP BY c.case_id
