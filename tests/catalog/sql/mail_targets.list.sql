SELECT t.contact_id, n.list_source, segment_at(golden_of(t.contact_id), t.valid_from), t.valid_from
FROM consents t JOIN contacts n USING (contact_id)
WHERE NOT is_tester(golden_of(t.contact_id)) AND t.channel = 'email' AND t.purpose = 'newsletter' AND t.status = 'granted'
  AND t.valid_from < $until AND (t.valid_to IS NULL OR t.valid_to >= $until)
ORDER BY n.list_source NULLS LAST, t.contact_id
