-- One row per case: when it was first reopened, and when the customer first came back with the same problem within 7 days
-- of its resolution.
SELECT
    c.case_id,
    e.reopened_at,
    d.repeated_at
FROM cases AS c
LEFT JOIN (
    SELECT case_id, min(ts) AS reopened_at
    FROM case_events
    WHERE event = 'reopened'
    GROUP BY case_id
) AS e ON e.case_id = c.case_id
LEFT JOIN (
    SELECT a.case_id, min(b.created_at) AS repeated_at
    FROM cases AS a
    INNER JOIN cases AS b
        ON b.golden_id = a.golden_id
        AND b.problem_code = a.problem_code
        AND b.case_id <> a.case_id
        AND b.created_at > a.resolved_at
        AND b.created_at <= a.resolved_at + INTERVAL '7 days'
    GROUP BY a.case_id
) AS d ON d.case_id = c.case_id
