WITH year AS (
    SELECT o.golden_id, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS revenue,
        sum(eur(l.net_amount - l.cost_amount, o.currency, berlin_day(o.ordered_at))) AS profit
    FROM orders o JOIN order_lines l USING (order_id)
    WHERE o.status <> 'cancelled' AND berlin_day(o.ordered_at) >= year_before($end) AND o.ordered_at < $until
    GROUP BY ALL
), paid AS (
    SELECT invoice_id, sum(amount) AS amount FROM payments
    WHERE status <> 'failed' AND paid_at < $until AND (reversed_at IS NULL OR reversed_at >= $until) GROUP BY ALL
), late AS (
    SELECT i.golden_id, sum(eur(i.amount + i.tax - coalesce(paid.amount, 0), i.currency, $end::DATE - 1)) AS amount
    FROM invoices i LEFT JOIN paid USING (invoice_id)
    WHERE i.issued_at < $until AND NOT i.disputed AND $end::DATE - i.due_at >= 1 GROUP BY ALL
), deals AS (
    SELECT o.golden_id, sum(eur(h.amount_at_entry, o.currency, $end::DATE - 1)) AS amount
    FROM opportunities o JOIN stage_history h USING (opportunity_id)
    WHERE h.entered_at < $until AND (h.left_at IS NULL OR h.left_at >= $until) GROUP BY ALL
), cases_open AS (
    SELECT golden_id, count(*)::DOUBLE AS n FROM cases
    WHERE created_at < $until AND (closed_at IS NULL OR closed_at >= $until) GROUP BY ALL
)
SELECT c.golden_id, c.name, c.customer_type, c.industry, segment_at(c.golden_id, $until - INTERVAL 1 MICROSECOND), g.city,
    c.value_class, k.solvency_band, c.acquired_at, u.name,
    coalesce(year.revenue, 0), coalesce(year.profit, 0), coalesce(late.amount, 0), coalesce(deals.amount, 0),
    coalesce(cases_open.n, 0)
FROM customers c
LEFT JOIN geo g USING (geo_id)
LEFT JOIN users u ON u.user_id = c.owner_user_id
LEFT JOIN credit_status k ON k.golden_id = c.golden_id AND k.valid_from < $end
    AND (k.valid_to IS NULL OR k.valid_to >= $end)
LEFT JOIN year ON year.golden_id = c.golden_id
LEFT JOIN late ON late.golden_id = c.golden_id
LEFT JOIN deals ON deals.golden_id = c.golden_id
LEFT JOIN cases_open ON cases_open.golden_id = c.golden_id
WHERE c.status <> 'merged' AND NOT is_tester(c.golden_id) AND c.valid_from < $until
  AND (c.valid_to IS NULL OR c.valid_to >= $until)
ORDER BY c.golden_id, c.customer_key
