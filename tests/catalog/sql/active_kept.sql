-- by sales_channel: o.sales_channel
-- by region: (SELECT g.region FROM customers c JOIN geo g USING (geo_id) WHERE c.customer_key = version_at(o.golden_id, o.ordered_at))
WITH customer AS (
    SELECT {by} AS member, o.golden_id, bool_or(o.ordered_at < $start) AS was,
           bool_or(berlin_day(o.ordered_at) >= year_before($end)) AS is_still
    FROM orders o
    WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND berlin_day(o.ordered_at) >= year_before($first) AND o.ordered_at < $until
    GROUP BY ALL
)
SELECT member, avg(CAST(is_still AS INTEGER)) FROM customer WHERE was GROUP BY ALL
