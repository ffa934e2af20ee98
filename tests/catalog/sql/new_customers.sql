-- by customer_type: any_type
SELECT {by} AS member, count(*)
FROM (
    SELECT c.golden_id, min(c.acquired_at) AS acquired, any_value(c.customer_type) AS any_type, bool_or(c.is_test) AS tester
    FROM customers c WHERE c.status <> 'merged' GROUP BY ALL
)
WHERE NOT tester AND acquired >= $first AND acquired < $end
GROUP BY ALL
