-- by sales_channel: o.sales_channel
SELECT {by} AS member, count(*) FILTER (o.status = 'cancelled') / count(*)
FROM orders o
WHERE NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
