-- by sales_channel: sales_channel
WITH sold AS (
    SELECT o.sales_channel, eur(l.net_amount, o.currency, berlin_day(o.ordered_at)) AS value, EXISTS (
        FROM context_events e
        WHERE berlin_day(o.ordered_at) BETWEEN e."start" AND e."end" AND (e.geo_id IS NULL OR e.geo_id = o.ship_geo)
    ) AS on_event
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
)
SELECT {by} AS member, sum(value) FROM sold WHERE NOT on_event GROUP BY ALL
