WITH year AS (
    SELECT o.golden_id, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS revenue
    FROM orders o JOIN order_lines l USING (order_id)
    WHERE o.status <> 'cancelled' AND berlin_day(o.ordered_at) >= year_before($end) AND o.ordered_at < $until
    GROUP BY ALL
)
SELECT o.golden_id, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS spent,
    count(DISTINCT o.order_id)::DOUBLE, any_value(year.revenue)
FROM orders o JOIN order_lines l USING (order_id) LEFT JOIN year USING (golden_id)
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.golden_id IS NOT NULL
  AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY o.golden_id ORDER BY spent DESC, o.golden_id
