-- by invoice_kind: i.kind
-- What was open: the invoice, less what was paid by then and not yet taken back.
WITH paid AS (
    SELECT invoice_id, sum(amount) AS amount FROM payments
    WHERE status <> 'failed' AND paid_at < $until AND (reversed_at IS NULL OR reversed_at >= $until) GROUP BY ALL
)
SELECT {by} AS member, sum(eur(i.amount + i.tax - coalesce(paid.amount, 0), i.currency, $end::DATE - 1))
FROM invoices i LEFT JOIN paid USING (invoice_id)
WHERE NOT is_tester(i.golden_id) AND i.issued_at < $until AND NOT i.disputed AND ($end::DATE - i.due_at < 1 OR i.due_at IS NULL)
GROUP BY ALL
