-- by product_category: p.category
-- by brand: p.brand
SELECT {by} AS member, sum(eur(l.amount, k.currency, berlin_day(k.created_at)))
FROM cart_lines l JOIN carts k USING (cart_id) JOIN web_visits v USING (visit_id) LEFT JOIN orders o USING (order_id)
LEFT JOIN products p USING (product_id)
WHERE NOT is_tester(k.golden_id) AND NOT v.is_bot AND k.merged_cart_id IS NULL
  AND k.created_at >= $start AND k.created_at < $until AND (o.ordered_at IS NULL OR o.ordered_at > k.created_at + INTERVAL 24 HOUR)
GROUP BY ALL
