-- by sales_channel: o.sales_channel
SELECT {by} AS member, min(date_diff('microsecond', o.ordered_at, least($until, TIMESTAMP '2026-06-14 22:00:00'))) / 86.4e9
FROM orders o
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
