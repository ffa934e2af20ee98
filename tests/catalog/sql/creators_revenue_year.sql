-- by value_class_at_end: c.value_class
WITH creators AS (
    SELECT DISTINCT o.golden_id FROM opportunities o
    WHERE NOT is_tester(o.golden_id) AND o.created_at >= $start AND o.created_at < $until
)
SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at)))
FROM creators k JOIN orders o USING (golden_id) JOIN order_lines l USING (order_id)
LEFT JOIN customers c ON c.customer_key = version_before(o.golden_id, $until)
WHERE o.status <> 'cancelled' AND o.ordered_at < $until AND berlin_day(o.ordered_at) >= year_before(CAST($end AS DATE))
GROUP BY ALL
