-- by segment: segment_at(o.golden_id, o.ordered_at)
-- by product_family: p.family_id
WITH family AS (
    SELECT {by} AS member, o.golden_id, p.family_id, max(p.tier_rank) FILTER (o.ordered_at >= $start) AS now,
           max(p.tier_rank) FILTER (o.ordered_at < $start) AS former
    FROM order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)
    WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at < $until
    GROUP BY ALL
), customer AS (
    SELECT member, golden_id, bool_or(former IS NOT NULL) AS had, bool_or(coalesce(now > former, FALSE)) AS moved
    FROM family WHERE family_id IS NOT NULL GROUP BY ALL
)
SELECT member, avg(CAST(moved AS INTEGER)) FROM customer WHERE had GROUP BY ALL
