-- by sales_channel: o.sales_channel
-- by segment: segment_at(o.golden_id, o.ordered_at)
WITH customer AS (
    SELECT {by} AS member, o.golden_id, count(*) AS orders
    FROM orders o
    WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
)
SELECT member, avg(CAST(orders >= 2 AS INTEGER)) FROM customer GROUP BY ALL
