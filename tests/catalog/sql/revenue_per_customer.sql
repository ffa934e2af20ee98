-- by country: g.country
SELECT {by} AS member,
       sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) / count(DISTINCT o.golden_id)
FROM order_lines l JOIN orders o USING (order_id)
LEFT JOIN customers c ON c.customer_key = version_at(o.golden_id, o.ordered_at)
LEFT JOIN geo g ON g.geo_id = c.geo_id
WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
  AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
