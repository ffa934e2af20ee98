-- One row per customer record of the CRM, whatever its versions.
SELECT
    customer_id,
    max(CASE WHEN is_test THEN 1 ELSE 0 END) = 1 AS is_test,
    max(CASE WHEN status = 'merged' THEN 1 ELSE 0 END) = 1 AS is_merged
FROM customers
GROUP BY customer_id
