-- by segment: segment_at(i.golden_id, i.issued_at)
SELECT {by} AS member, sum(eur(i.amount + i.tax, i.currency, berlin_day(i.issued_at)))
FROM invoices i LEFT JOIN products p USING (product_id) LEFT JOIN teams t ON t.team_id = i.team_id
WHERE NOT is_tester(i.golden_id) AND i.issued_at >= $start AND i.issued_at < $until
  AND i.kind <> 'credit note' AND i.due_at > berlin_day(i.issued_at)
GROUP BY ALL
