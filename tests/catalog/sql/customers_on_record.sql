SELECT {by} AS member, count(DISTINCT c.golden_id) FROM customers c
WHERE c.status <> 'merged' AND NOT is_tester(c.golden_id) AND c.valid_from < $until
  AND (c.valid_to IS NULL OR c.valid_to >= $until)
GROUP BY ALL
