WITH paid AS (
    SELECT invoice_id, sum(amount) AS amount FROM payments
    WHERE status <> 'failed' AND paid_at < $until AND (reversed_at IS NULL OR reversed_at >= $until) GROUP BY ALL
), owed AS (
    SELECT sum(eur(i.amount + i.tax - coalesce(paid.amount, 0), i.currency, $end::DATE - 1)) AS value
    FROM invoices i LEFT JOIN paid USING (invoice_id) WHERE NOT is_tester(i.golden_id) AND i.issued_at < $until
), sold AS (
    SELECT sum(eur(i.amount + i.tax, i.currency, berlin_day(i.issued_at))) AS value FROM invoices i
    WHERE NOT is_tester(i.golden_id) AND berlin_day(i.issued_at) >= $end::DATE - 90 AND i.issued_at < $until
      AND i.kind <> 'credit note' AND i.due_at > berlin_day(i.issued_at)
)
SELECT '' AS member, coalesce(owed.value, 0) / nullif(sold.value, 0) * 90 FROM owed, sold
