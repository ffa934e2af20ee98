-- by solvency_at_end: r.solvency_band
-- What rated customers owed at the end, over their limits, both by the rating in force on the last day.
WITH paid AS (
    SELECT invoice_id, sum(amount) AS amount FROM payments
    WHERE status <> 'failed' AND paid_at < $until AND (reversed_at IS NULL OR reversed_at >= $until) GROUP BY ALL
), owed AS (
    SELECT i.golden_id, sum(eur(i.amount + i.tax - coalesce(paid.amount, 0), i.currency, $end::DATE - 1)) AS value
    FROM invoices i LEFT JOIN paid USING (invoice_id) WHERE i.issued_at < $until GROUP BY ALL
)
SELECT {by} AS member, coalesce(sum(owed.value), 0) / nullif(sum(r."limit"), 0)
FROM credit_status r LEFT JOIN owed USING (golden_id)
WHERE NOT is_tester(r.golden_id) AND r.valid_from < $end AND (r.valid_to IS NULL OR r.valid_to >= $end)
GROUP BY ALL
