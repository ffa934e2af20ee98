WITH paid AS (
    SELECT invoice_id, sum(amount) AS amount FROM payments
    WHERE status <> 'failed' AND paid_at < $until AND (reversed_at IS NULL OR reversed_at >= $until) GROUP BY ALL
)
SELECT '' AS member, count(DISTINCT i.golden_id) FROM invoices i LEFT JOIN paid USING (invoice_id)
WHERE NOT is_tester(i.golden_id) AND NOT i.disputed AND i.kind <> 'credit note' AND i.issued_at < $until
  AND $end::DATE - i.due_at > 30 AND i.amount + i.tax <> coalesce(paid.amount, 0)
