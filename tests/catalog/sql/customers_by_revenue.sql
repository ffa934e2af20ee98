SELECT {by} AS member, count(DISTINCT o.golden_id)
FROM order_lines l JOIN orders o USING (order_id)
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.golden_id IS NOT NULL
  AND o.ordered_at >= $start AND o.ordered_at < $until AND l.net_amount IS NOT NULL
GROUP BY ALL
