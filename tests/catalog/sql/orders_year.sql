-- by sales_channel: o.sales_channel
SELECT {by} AS member, count(*)
FROM orders o
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
  AND berlin_day(o.ordered_at) >= year_before($end) AND o.ordered_at < $until
GROUP BY ALL
