-- by sales_channel: o.sales_channel
SELECT {by} AS member, avg(CAST(l.product_id IN (SELECT product_id FROM products) AS INT))
FROM order_lines l JOIN orders o USING (order_id)
WHERE NOT is_tester(o.golden_id) AND o.status <> 'cancelled' AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
