-- by region: g.region
SELECT {by} AS member, count(DISTINCT golden_of(k.contact_id))
FROM consents k
LEFT JOIN customers c ON c.customer_key = version_at(golden_of(k.contact_id), k.valid_from)
LEFT JOIN geo g USING (geo_id)
WHERE k.status = 'granted' AND k.valid_from < $until AND (k.valid_to IS NULL OR k.valid_to >= $until)
  AND NOT is_tester(golden_of(k.contact_id))
GROUP BY ALL
