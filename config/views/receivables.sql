-- One row per invoice and stretch of days in which the amount open on it stayed the same: from the day it was
-- issued, paid in part or charged back to the next such day. `late_*` are the days from which it is past due by
-- more than so many days; an invoice without a due date is never late.
WITH moves AS (
    SELECT invoice_id, issued_at AS moved_at, amount + tax AS amount
    FROM invoices
    UNION ALL
    SELECT invoice_id, paid_at, -amount
    FROM payments
    WHERE status <> 'failed'
    UNION ALL
    SELECT invoice_id, reversed_at, amount
    FROM payments
    WHERE reversed_at IS NOT NULL
), days AS (
    SELECT
        invoice_id,
        CAST(timezone('Europe/Berlin', timezone('UTC', moved_at)) AS DATE) AS moved_on,
        sum(amount) AS amount
    FROM moves
    GROUP BY invoice_id, CAST(timezone('Europe/Berlin', timezone('UTC', moved_at)) AS DATE)
), stretches AS (
    SELECT
        invoice_id,
        moved_on,
        lead(moved_on) OVER (PARTITION BY invoice_id ORDER BY moved_on) AS until_on,
        CAST(sum(amount) OVER (PARTITION BY invoice_id ORDER BY moved_on) AS DECIMAL(18, 2)) AS open_amount
    FROM days
)
SELECT
    s.invoice_id,
    s.moved_on,
    s.until_on,
    s.open_amount,
    i.golden_id,
    i.kind,
    i.currency,
    i.disputed,
    i.due_at,
    CASE WHEN i.due_at IS NOT NULL THEN greatest(s.moved_on, i.due_at) END AS late_0,
    CASE WHEN i.due_at IS NOT NULL THEN greatest(s.moved_on, i.due_at + 30) END AS late_30,
    CASE WHEN i.due_at IS NOT NULL THEN greatest(s.moved_on, i.due_at + 60) END AS late_60,
    CASE WHEN i.due_at IS NOT NULL THEN greatest(s.moved_on, i.due_at + 90) END AS late_90
FROM stretches AS s
INNER JOIN invoices AS i ON i.invoice_id = s.invoice_id
WHERE s.open_amount <> 0
