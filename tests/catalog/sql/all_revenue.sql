SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at)))
FROM order_lines l JOIN orders o USING (order_id)
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
