-- The orders placed on a day of a context event that held everywhere or at the place they were for, with its kind; of
-- several kinds the first by name.
SELECT
    o.order_id,
    min(e.kind) AS kind
FROM orders AS o
INNER JOIN context_events AS e
    ON CAST(timezone('Europe/Berlin', timezone('UTC', o.ordered_at)) AS DATE) BETWEEN e."start" AND e."end"
    AND (e.geo_id IS NULL OR e.geo_id = o.ship_geo)
GROUP BY o.order_id
