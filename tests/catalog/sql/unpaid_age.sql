-- by invoice_kind: i.kind
-- An invoice is unpaid while anything of it is open, and overdue once its due day is over.
WITH paid AS (
    SELECT invoice_id, sum(amount) AS amount FROM payments
    WHERE status <> 'failed' AND paid_at < $until AND (reversed_at IS NULL OR reversed_at >= $until) GROUP BY ALL
)
SELECT {by} AS member, median($end::DATE - i.due_at)
FROM invoices i LEFT JOIN paid USING (invoice_id)
WHERE NOT is_tester(i.golden_id) AND NOT i.disputed AND i.kind <> 'credit note' AND i.issued_at < $until
  AND i.due_at < $end AND i.amount + i.tax <> coalesce(paid.amount, 0)
GROUP BY ALL
