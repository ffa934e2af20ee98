-- Who bought tier k as the highest of a family, while the next tier of it is on sale.
WITH bought AS (
    SELECT o.golden_id, p.family_id, max(p.tier_rank) AS tier
    FROM order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.golden_id IS NOT NULL AND o.ordered_at < $until
    GROUP BY ALL
), paid AS (
    SELECT invoice_id, sum(amount) AS amount FROM payments
    WHERE status <> 'failed' AND paid_at < $until AND (reversed_at IS NULL OR reversed_at >= $until) GROUP BY ALL
), late AS (
    SELECT DISTINCT i.golden_id FROM invoices i LEFT JOIN paid USING (invoice_id)
    WHERE i.issued_at < $until AND NOT i.disputed AND i.due_at < $end::DATE AND i.amount > 0
      AND i.amount + i.tax - coalesce(paid.amount, 0) > 0
), refused AS (
    SELECT DISTINCT golden_of(w.contact_id) AS golden_id FROM consents w
    WHERE w.purpose = 'offers' AND w.status = 'withdrawn' AND w.valid_from < $until
      AND (w.valid_to IS NULL OR w.valid_to >= $until)
), year AS (
    SELECT o.golden_id, count(DISTINCT o.order_id)::DOUBLE AS orders,
        sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS revenue
    FROM orders o LEFT JOIN order_lines l USING (order_id)
    WHERE o.status <> 'cancelled' AND berlin_day(o.ordered_at) >= year_before($end) AND o.ordered_at < $until
    GROUP BY ALL
), tops AS (
    SELECT o.golden_id, p.family_id, p.tier_rank, min(o.ordered_at) AS since, min(p.product_id) AS product_id
    FROM order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)
    WHERE o.status <> 'cancelled' GROUP BY ALL
)
SELECT m.name, p.name, s.since, n.name, n.list_price - n.std_cost AS margin, u.name,
    coalesce(year.revenue, 0), coalesce(year.orders, 0)
FROM bought c
JOIN tops s ON s.golden_id = c.golden_id AND s.family_id = c.family_id AND s.tier_rank = c.tier
JOIN products p ON p.product_id = s.product_id
LEFT JOIN customers m ON m.customer_key = version_at(c.golden_id, $until - INTERVAL 1 MICROSECOND)
LEFT JOIN users u ON u.user_id = m.owner_user_id
LEFT JOIN year ON year.golden_id = c.golden_id
JOIN products n ON n.family_id = c.family_id AND n.tier_rank = (
    SELECT min(x.tier_rank) FROM products x WHERE x.family_id = c.family_id AND x.tier_rank > c.tier
)
WHERE n.launched_at < $end AND (n.retired_at IS NULL OR n.retired_at + 1 >= $end)
  AND c.golden_id NOT IN (FROM late) AND c.golden_id NOT IN (SELECT golden_id FROM refused WHERE golden_id IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1 FROM opportunities d LEFT JOIN opportunity_lines l USING (opportunity_id)
    WHERE d.golden_id = c.golden_id AND n.product_id IN (d.product_id, l.product_id) AND d.created_at < $until
      AND (d.closed_at IS NULL OR d.closed_at >= $until)
  )
ORDER BY margin DESC, c.golden_id, n.product_id
