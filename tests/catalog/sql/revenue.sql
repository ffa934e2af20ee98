-- by product: p.name
-- by ship_region: g.region
-- by store: s.name
-- by payment_method: o.payment_method
-- by product_category: p.category
-- by segment: segment_at(o.golden_id, o.ordered_at)
SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at)))
FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
LEFT JOIN geo g ON g.geo_id = o.ship_geo LEFT JOIN stores s USING (store_id)
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
