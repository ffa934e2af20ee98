-- by list_source: n.list_source
SELECT {by} AS member, count(DISTINCT t.contact_id)
FROM consents t JOIN contacts n USING (contact_id)
WHERE NOT is_tester(golden_of(t.contact_id)) AND t.channel = 'email' AND t.purpose = 'newsletter' AND t.status = 'granted'
  AND t.valid_from < $until AND (t.valid_to IS NULL OR t.valid_to >= $until)
GROUP BY ALL
