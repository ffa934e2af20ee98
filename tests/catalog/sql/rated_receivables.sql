WITH moves AS (
    SELECT invoice_id, issued_at AS moved, amount + tax AS amount FROM invoices
    UNION ALL SELECT invoice_id, paid_at, -amount FROM payments WHERE status <> 'failed'
    UNION ALL SELECT invoice_id, reversed_at, amount FROM payments WHERE reversed_at IS NOT NULL
), opened AS (
    SELECT invoice_id, sum(amount) AS amount, max(berlin_day(moved)) AS since FROM moves WHERE moved < $until GROUP BY ALL
), owed AS (
    -- Rated when the amount that is open came about.
    SELECT sum(eur(o.amount, i.currency, $end::DATE - 1)) AS value FROM opened o JOIN invoices i USING (invoice_id)
    WHERE NOT is_tester(i.golden_id) AND EXISTS (
        FROM credit_status r WHERE r.golden_id = i.golden_id AND r.valid_from <= o.since
            AND (r.valid_to IS NULL OR r.valid_to > o.since))
)
SELECT '' AS member, value FROM owed
