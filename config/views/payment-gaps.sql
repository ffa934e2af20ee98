-- One row per payment of a customer that stayed, with the days since the one before; the first has none.
SELECT
    p.payment_id,
    i.golden_id,
    p.paid_at,
    EXTRACT(EPOCH FROM (p.paid_at - lag(p.paid_at) OVER (PARTITION BY i.golden_id ORDER BY p.paid_at, p.payment_id)))
    / 86400.0 AS days
FROM payments AS p
INNER JOIN invoices AS i ON i.invoice_id = p.invoice_id
WHERE p.status = 'booked' AND p.amount > 0
