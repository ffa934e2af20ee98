-- by sales_channel: o.sales_channel
SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS value
FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN teams t USING (team_id)
WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
  AND o.ordered_at >= $start AND o.ordered_at < $until
  AND o.sales_channel IS DISTINCT FROM 'shop'
GROUP BY ALL
