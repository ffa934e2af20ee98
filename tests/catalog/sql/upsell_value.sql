-- by segment: segment_at(o.golden_id, o.ordered_at)
-- by product_family: p.family_id
WITH family AS (
    SELECT {by} AS member, o.golden_id, p.family_id,
           max(p.tier_rank) FILTER (o.ordered_at >= $start) AS tier, max(p.tier_rank) FILTER (o.ordered_at < $start) AS former_tier,
           max(p.list_price) FILTER (o.ordered_at >= $start) AS price, max(p.list_price) FILTER (o.ordered_at < $start) AS former_price
    FROM order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)
    WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at < $until
    GROUP BY ALL
)
SELECT member, sum(price - former_price) FROM family WHERE family_id IS NOT NULL AND tier > former_tier GROUP BY ALL
