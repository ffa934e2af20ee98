-- by sales_channel: o.sales_channel
-- by segment: segment_at(o.golden_id, o.ordered_at)
SELECT {by} AS member, count(DISTINCT o.golden_id)
FROM orders o
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
