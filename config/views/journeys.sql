-- One row per customer, dated by its first known step: how far it came. A customer that skipped a step and reached a
-- later one has passed it.
WITH touches AS (
    SELECT golden_id, 1 AS step, started_at AS reached_at FROM web_visits WHERE is_bot IS NOT TRUE
    UNION ALL
    SELECT c.golden_id, 2, r.registered_at
    FROM event_registrations AS r
    INNER JOIN contacts AS n ON n.contact_id = r.contact_id
    INNER JOIN (
        SELECT customer_id, min(golden_id) AS golden_id
        FROM customers
        GROUP BY customer_id
    ) AS c ON c.customer_id = n.customer_id
    UNION ALL
    SELECT golden_id, 3, created_at FROM leads
    UNION ALL
    SELECT golden_id, 4, qualified_at FROM leads WHERE qualified_at IS NOT NULL
    UNION ALL
    SELECT golden_id, 5, created_at FROM opportunities
    UNION ALL
    SELECT golden_id, 6, issued_at FROM quotes WHERE issued_at IS NOT NULL
    UNION ALL
    SELECT
        golden_id,
        CASE WHEN row_number() OVER (PARTITION BY golden_id ORDER BY ordered_at, order_id) = 1 THEN 7 ELSE 9 END,
        ordered_at
    FROM orders
    WHERE coalesce(status, '') <> 'cancelled'
    UNION ALL
    SELECT i.golden_id, 8, p.paid_at
    FROM payments AS p
    INNER JOIN invoices AS i ON i.invoice_id = p.invoice_id
    WHERE p.status = 'booked'
), sources AS (
    SELECT
        golden_id,
        source_channel,
        row_number() OVER (PARTITION BY golden_id ORDER BY created_at, lead_id) AS place
    FROM leads
)
SELECT
    t.golden_id,
    min(t.reached_at) AS began_at,
    max(t.step) AS steps,
    max(s.source_channel) AS source_channel
FROM touches AS t
LEFT JOIN sources AS s ON s.golden_id = t.golden_id AND s.place = 1
WHERE t.golden_id IS NOT NULL
GROUP BY t.golden_id
