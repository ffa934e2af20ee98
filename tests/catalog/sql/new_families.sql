-- by segment: segment_at(o.golden_id, o.ordered_at)
WITH family AS (
    SELECT {by} AS member, p.family_id, min(o.ordered_at) AS began
    FROM order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at < $until
    GROUP BY ALL
)
SELECT member, count(*) FILTER (began >= $start) FROM family WHERE family_id IS NOT NULL GROUP BY ALL
