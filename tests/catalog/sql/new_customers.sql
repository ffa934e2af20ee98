-- by customer_type: any_type
SELECT {by} AS member, count(*)
FROM (
    SELECT c.golden_id, min(c.acquired_at) AS recorded, any_value(c.customer_type) AS any_type, bool_or(c.is_test) AS tester
    FROM customers c WHERE c.status <> 'merged' GROUP BY ALL
) x
WHERE NOT x.tester AND began_on(x.golden_id, x.recorded) >= $first AND began_on(x.golden_id, x.recorded) < $end
GROUP BY ALL
