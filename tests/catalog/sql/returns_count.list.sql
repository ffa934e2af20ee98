SELECT c.name, p.name, r.kind, r.qty, eur(r.amount, r.currency, berlin_day(r.registered_at)), r.registered_at,
    r.defect_code
FROM returns r
LEFT JOIN products p USING (product_id)
LEFT JOIN customers c ON c.customer_key = version_at(r.golden_id, r.registered_at)
WHERE NOT is_tester(r.golden_id) AND r.registered_at >= $start AND r.registered_at < $until
ORDER BY r.golden_id NULLS LAST, r.registered_at, r.return_id
