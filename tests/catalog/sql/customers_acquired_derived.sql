-- by customer_type: c.customer_type
SELECT {by} AS member, count(*)
FROM customers c
WHERE c.status <> 'merged' AND c.valid_to IS NULL AND NOT is_tester(c.golden_id)
  AND c.acquired_at IS NULL AND began_on(c.golden_id, NULL) < $end
GROUP BY ALL
