-- by segment: segment_at(i.golden_id, p.paid_at)
SELECT {by} AS member, count(DISTINCT i.golden_id)
FROM payments p JOIN invoices i USING (invoice_id)
WHERE p.status = 'booked' AND p.amount > 0 AND NOT is_tester(i.golden_id)
  AND p.paid_at >= $start AND p.paid_at < $until
GROUP BY ALL
