-- One row per contact, with the customer behind its record, merged ones included.
SELECT
    n.contact_id,
    n.list_source,
    n.source_channel,
    n.created_at,
    c.golden_id
FROM contacts AS n
LEFT JOIN (
    SELECT customer_id, min(golden_id) AS golden_id
    FROM customers
    GROUP BY customer_id
) AS c ON c.customer_id = n.customer_id
