-- by payment_method: p.method
SELECT {by} AS member, avg(CASE WHEN p.status = 'reversed' THEN 1.0 ELSE 0.0 END)
FROM payments p JOIN invoices i USING (invoice_id)
WHERE NOT is_tester(i.golden_id) AND p.paid_at >= $start AND p.paid_at < $until
  AND p.status <> 'failed'
GROUP BY ALL
