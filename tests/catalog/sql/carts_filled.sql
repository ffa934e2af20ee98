-- by payment_method: k.payment_method
-- by customer_type: (SELECT customer_type FROM customers u WHERE u.customer_key = version_at(k.golden_id, k.created_at))
-- by daypart: berlin_hour(k.created_at)
SELECT {by} AS member, count(*)
FROM carts k JOIN web_visits v USING (visit_id) LEFT JOIN orders o USING (order_id)
WHERE NOT is_tester(k.golden_id) AND NOT v.is_bot AND k.merged_cart_id IS NULL
  AND k.cart_id IN (SELECT cart_id FROM cart_lines) AND k.created_at >= $start AND k.created_at < $until AND TRUE
GROUP BY ALL
