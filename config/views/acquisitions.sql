-- One row per customer, dated by the day it became one; merged records are part of their survivor.
SELECT
    golden_id,
    customer_type,
    acquired_at,
    is_test
FROM customers
WHERE status IS DISTINCT FROM 'merged' AND valid_to IS NULL
