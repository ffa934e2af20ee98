-- One row per invoice that is paid in full: the day of the last payment, how it was made, and how many days after
-- the due day it came (before it: negative). Credit notes and invoices without a due date are left out.
SELECT
    i.invoice_id,
    i.golden_id,
    i.kind,
    p.settled_at,
    p.method,
    CAST(timezone('Europe/Berlin', timezone('UTC', p.settled_at)) AS DATE) - i.due_at AS days_late
FROM invoices AS i
INNER JOIN (
    SELECT invoice_id, max(paid_at) AS settled_at, sum(amount) AS paid, max(method) AS method
    FROM (
        SELECT
            invoice_id,
            paid_at,
            amount,
            first_value(method) OVER (PARTITION BY invoice_id ORDER BY paid_at DESC, payment_id DESC) AS method
        FROM payments
        WHERE status = 'booked'
    ) AS booked
    GROUP BY invoice_id
) AS p ON p.invoice_id = i.invoice_id
WHERE i.amount > 0 AND i.due_at IS NOT NULL AND p.paid >= i.amount + i.tax
