-- by solvency_at_end: r.solvency_band
-- What was open at the end, of customers with a rating in force on the last day.
WITH paid AS (
    SELECT invoice_id, sum(amount) AS amount FROM payments
    WHERE status <> 'failed' AND paid_at < $until AND (reversed_at IS NULL OR reversed_at >= $until) GROUP BY ALL
)
SELECT {by} AS member, sum(eur(i.amount + i.tax - coalesce(paid.amount, 0), i.currency, $end::DATE - 1))
FROM invoices i LEFT JOIN paid USING (invoice_id)
JOIN credit_status r ON r.golden_id = i.golden_id AND r.valid_from < $end AND (r.valid_to IS NULL OR r.valid_to >= $end)
WHERE NOT is_tester(i.golden_id) AND i.issued_at < $until
GROUP BY ALL
