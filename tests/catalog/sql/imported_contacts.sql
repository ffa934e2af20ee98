-- by source_channel: k.source_channel
-- by list_source: k.list_source
SELECT {by} AS member, count(DISTINCT k.contact_id)
FROM contacts k
WHERE k.list_source = 'customer list' AND k.customer_id NOT IN (SELECT customer_id FROM customers WHERE is_test OR status = 'merged')
  AND k.created_at >= $start AND k.created_at < $until
GROUP BY ALL
