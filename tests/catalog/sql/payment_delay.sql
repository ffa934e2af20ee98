-- by payment_method: f.method
-- by segment: segment_at(f.golden_id, f.settled)
WITH f AS (
    SELECT i.invoice_id, any_value(i.golden_id) AS golden_id, max(p.paid_at) AS settled,
           arg_max(p.method, p.paid_at) AS method, any_value(i.due_at) AS due
    FROM invoices i JOIN payments p USING (invoice_id)
    WHERE p.status = 'booked' AND i.amount > 0 AND i.due_at IS NOT NULL
    GROUP BY i.invoice_id, i.amount, i.tax HAVING sum(p.amount) >= i.amount + i.tax
)
SELECT {by} AS member, median(berlin_day(f.settled) - f.due)
FROM f WHERE NOT is_tester(f.golden_id) AND f.settled >= $start AND f.settled < $until
GROUP BY ALL
