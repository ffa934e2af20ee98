-- by product_category: p.category
SELECT {by} AS member, sum(CASE WHEN c.is_key_account THEN l.qty ELSE 0 END) / sum(l.qty)
FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
LEFT JOIN customers c ON c.customer_key = version_at(o.golden_id, o.ordered_at)
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
