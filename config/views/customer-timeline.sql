-- What happened with a customer, record by record: what was ordered, sent, returned, asked, offered, won, answered and
-- paid, and every contact with people.
SELECT 'order' AS kind, order_id AS record_id, golden_id, ordered_at AS happened_at, sales_channel AS detail
FROM orders
WHERE status IS DISTINCT FROM 'cancelled'
UNION ALL
SELECT 'delivery', d.delivery_id, o.golden_id, d.delivered_at, d.warehouse
FROM deliveries AS d
INNER JOIN orders AS o ON o.order_id = d.order_id
WHERE d.delivered_at IS NOT NULL
UNION ALL
SELECT kind, return_id, golden_id, registered_at, decision
FROM returns
UNION ALL
SELECT 'case', case_id, golden_id, created_at, concat_ws(', ', type, problem_code)
FROM cases
UNION ALL
SELECT 'contact', interaction_id, golden_id, started_at, concat_ws(', ', direction, channel, outcome)
FROM interactions
WHERE is_automated IS NOT TRUE
UNION ALL
SELECT 'opportunity', opportunity_id, golden_id, created_at, opportunity_kind
FROM opportunities
UNION ALL
SELECT 'decision', opportunity_id, golden_id, closed_at, outcome
FROM opportunities
WHERE closed_at IS NOT NULL
UNION ALL
SELECT 'quote', quote_id, golden_id, issued_at, status
FROM quotes
WHERE issued_at IS NOT NULL
UNION ALL
SELECT 'answer', response_id, golden_id, answered_at, subject
FROM surveys
WHERE answered_at IS NOT NULL
UNION ALL
SELECT 'invoice', invoice_id, golden_id, issued_at, kind
FROM invoices
UNION ALL
SELECT 'payment', p.payment_id, i.golden_id, p.paid_at, p.status
FROM payments AS p
INNER JOIN invoices AS i ON i.invoice_id = p.invoice_id
