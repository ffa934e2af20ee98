-- by segment: segment_at(o.golden_id, o.ordered_at)
-- by sales_channel: o.sales_channel
WITH bought AS (
    SELECT {by} AS member, o.golden_id, p.family_id, o.ordered_at
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
    WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at < $until
), existing AS (
    SELECT member, golden_id FROM bought GROUP BY ALL HAVING min(ordered_at) < $start AND max(ordered_at) >= $start
), entered AS (
    SELECT member, golden_id, family_id FROM bought WHERE family_id IS NOT NULL GROUP BY ALL
    HAVING min(ordered_at) >= $start
)
SELECT e.member, avg(CAST(EXISTS (
    SELECT 1 FROM entered n WHERE n.golden_id = e.golden_id AND n.member IS NOT DISTINCT FROM e.member
) AS INTEGER))
FROM existing e GROUP BY ALL
