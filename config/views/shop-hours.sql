-- Counted opening hours with the receipts of the hour; an hour whose counter was down is no hour here.
SELECT
    t.store_id,
    t.ts_hour,
    max(t.entries) AS entries,
    count(o.order_id) AS receipts
FROM store_traffic AS t
LEFT JOIN orders AS o
    ON o.store_id = t.store_id
    AND o.ordered_at >= t.ts_hour
    AND o.ordered_at < t.ts_hour + INTERVAL '1 hour'
    AND coalesce(o.status, '') <> 'cancelled'
    AND NOT EXISTS (SELECT 1 FROM customers AS c WHERE c.golden_id = o.golden_id AND c.is_test)
WHERE t.counter_ok
GROUP BY t.store_id, t.ts_hour
