-- One row per customer, dated by the day it became one, or where nobody recorded that (`is_derived`) by its first order
-- or first use of an application; merged records are part of their survivor.
SELECT
    c.golden_id,
    c.customer_type,
    coalesce(c.acquired_at, f.first_on) AS acquired_at,
    c.acquired_at IS NULL AND f.first_on IS NOT NULL AS is_derived,
    c.is_test
FROM customers AS c
LEFT JOIN (
    SELECT golden_id, min(first_on) AS first_on
    FROM (
        SELECT golden_id, min(CAST(timezone('Europe/Berlin', timezone('UTC', ordered_at)) AS DATE)) AS first_on
        FROM orders
        WHERE status IS DISTINCT FROM 'cancelled'
        GROUP BY golden_id
        UNION ALL
        SELECT golden_id, min(date)
        FROM app_usage
        GROUP BY golden_id
    ) AS firsts
    GROUP BY golden_id
) AS f ON f.golden_id = c.golden_id
WHERE c.status IS DISTINCT FROM 'merged' AND c.valid_to IS NULL
