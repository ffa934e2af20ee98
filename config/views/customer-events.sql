-- Everything in which a customer was served: orders, deliveries, cases, and contacts with people.
SELECT 'order' AS kind, order_id AS event_id, golden_id, ordered_at AS happened_at
FROM orders
WHERE status IS DISTINCT FROM 'cancelled'
UNION ALL
SELECT 'delivery', d.delivery_id, o.golden_id, d.delivered_at
FROM deliveries AS d
INNER JOIN orders AS o ON o.order_id = d.order_id
WHERE d.delivered_at IS NOT NULL
UNION ALL
SELECT 'case', case_id, golden_id, created_at
FROM cases
UNION ALL
SELECT 'contact', interaction_id, golden_id, started_at
FROM interactions
WHERE is_automated IS NOT TRUE
