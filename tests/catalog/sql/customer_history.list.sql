WITH happened AS (
    SELECT 'order' AS kind, order_id AS id, golden_id, ordered_at AS ts, sales_channel AS detail
    FROM orders WHERE status <> 'cancelled'
    UNION ALL
    SELECT 'delivery', delivery_id, (SELECT any_value(o.golden_id) FROM orders o WHERE o.order_id = d.order_id), delivered_at, warehouse
    FROM deliveries d
    UNION ALL SELECT kind, return_id, golden_id, registered_at, decision FROM returns
    UNION ALL SELECT 'case', case_id, golden_id, created_at, type || coalesce(', ' || problem_code, '') FROM cases
    UNION ALL SELECT 'contact', interaction_id, golden_id, started_at, direction || ', ' || channel || coalesce(', ' || outcome, '')
    FROM interactions WHERE NOT is_automated
    UNION ALL SELECT 'opportunity', opportunity_id, golden_id, created_at, opportunity_kind FROM opportunities
    UNION ALL SELECT 'decision', opportunity_id, golden_id, closed_at, outcome FROM opportunities
    UNION ALL SELECT 'quote', quote_id, golden_id, issued_at, status FROM quotes
    UNION ALL SELECT 'answer', response_id, golden_id, answered_at, subject FROM surveys
    UNION ALL SELECT 'invoice', invoice_id, golden_id, issued_at, kind FROM invoices
    UNION ALL
    SELECT 'payment', payment_id, (SELECT any_value(i.golden_id) FROM invoices i WHERE i.invoice_id = p.invoice_id), paid_at, status
    FROM payments p
)
SELECT ts, kind, id, detail, golden_id FROM happened
WHERE ts >= $start AND ts < $until AND NOT is_tester(golden_id)
ORDER BY ts DESC, id, kind
