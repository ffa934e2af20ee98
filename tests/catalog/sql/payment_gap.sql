-- by segment: segment_at(g.golden_id, g.paid_at)
WITH g AS (
    SELECT i.golden_id, p.paid_at, (
        SELECT max(q.paid_at) FROM payments q JOIN invoices j USING (invoice_id)
        WHERE j.golden_id = i.golden_id AND q.status = 'booked' AND q.amount > 0
          AND (q.paid_at, q.payment_id) < (p.paid_at, p.payment_id)
    ) AS before
    FROM payments p JOIN invoices i USING (invoice_id) WHERE p.status = 'booked' AND p.amount > 0
)
SELECT {by} AS member, median(date_diff('microsecond', g.before, g.paid_at) / 8.64e10)
FROM g WHERE NOT is_tester(g.golden_id) AND g.paid_at >= $start AND g.paid_at < $until
GROUP BY ALL
