WITH earned AS (
    SELECT DISTINCT o.golden_id
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.golden_id IS NOT NULL
      AND berlin_day(o.ordered_at) >= $end::DATE - INTERVAL 12 MONTH AND berlin_day(o.ordered_at) < $end
)
SELECT {by} AS member, least(20, count(*)) FROM earned
