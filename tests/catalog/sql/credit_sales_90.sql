-- by segment: segment_at(i.golden_id, i.issued_at)
SELECT {by} AS member, sum(eur(i.amount + i.tax, i.currency, berlin_day(i.issued_at)))
FROM invoices i
WHERE NOT is_tester(i.golden_id) AND berlin_day(i.issued_at) >= $end::DATE - 90 AND i.issued_at < $until
  AND i.kind <> 'credit note' AND i.due_at > berlin_day(i.issued_at)
GROUP BY ALL
