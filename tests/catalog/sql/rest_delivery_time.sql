-- by warehouse: d.warehouse
-- by sales_channel: o.sales_channel
SELECT {by} AS member, median(elapsed_hours(o.ordered_at, d.delivered_at) / 24)
FROM deliveries d JOIN orders o USING (order_id) WHERE NOT is_tester(o.golden_id) AND d.delivered_at >= $start AND d.delivered_at < $until
  AND d.is_rest
GROUP BY ALL
