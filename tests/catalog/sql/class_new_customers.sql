-- by region: g.region
WITH first_orders AS (
    SELECT golden_id, min(ordered_at) AS began FROM orders
    WHERE golden_id IS NOT NULL AND status <> 'cancelled' AND NOT is_tester(golden_id) AND ordered_at < $until
    GROUP BY ALL
)
SELECT {by} AS member, count(DISTINCT o.golden_id)
FROM orders o JOIN first_orders f USING (golden_id)
LEFT JOIN customers c ON c.customer_key = version_at(o.golden_id, o.ordered_at) LEFT JOIN geo g USING (geo_id)
WHERE berlin_day(f.began) >= year_before($end) AND o.status <> 'cancelled' AND o.ordered_at < $until
GROUP BY ALL
