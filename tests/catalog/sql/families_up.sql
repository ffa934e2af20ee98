-- by customer: o.golden_id
WITH family AS (
    SELECT {by} AS member, p.family_id, max(p.tier_rank) FILTER (o.ordered_at >= $start) AS now,
           max(p.tier_rank) FILTER (o.ordered_at < $start) AS former
    FROM order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at < $until
    GROUP BY ALL
)
SELECT member, count(*) FILTER (now > former) FROM family WHERE family_id IS NOT NULL GROUP BY ALL
