-- The first order of each customer won since the data began, with what it had consulted in the 90 days before:
-- different pages, sites it came from, and ways of talking to us. Customers who consulted nothing known are out.
WITH firsts AS (
    SELECT golden_id, min(ordered_at) AS ordered_at
    FROM orders
    WHERE coalesce(status, '') <> 'cancelled' AND golden_id IS NOT NULL
    GROUP BY golden_id
), consulted AS (
    SELECT v.golden_id, 'page ' || split_part(p.page, '?', 1) AS resource, p.ts AS used_at
    FROM web_visits AS v
    INNER JOIN page_views AS p ON p.visit_id = v.visit_id
    WHERE v.golden_id IS NOT NULL AND v.is_bot IS NOT TRUE
    UNION ALL
    SELECT golden_id, 'site ' || referrer, started_at
    FROM web_visits
    WHERE golden_id IS NOT NULL AND referrer IS NOT NULL AND is_bot IS NOT TRUE
    UNION ALL
    SELECT golden_id, 'contact ' || channel, started_at
    FROM interactions
    WHERE golden_id IS NOT NULL AND is_automated IS NOT TRUE
)
SELECT
    f.golden_id,
    f.ordered_at,
    min(o.order_id) AS order_id,
    count(DISTINCT c.resource) AS resources
FROM firsts AS f
INNER JOIN orders AS o ON o.golden_id = f.golden_id AND o.ordered_at = f.ordered_at AND coalesce(o.status, '') <> 'cancelled'
INNER JOIN consulted AS c
    ON c.golden_id = f.golden_id
    AND c.used_at < f.ordered_at
    AND c.used_at >= f.ordered_at - INTERVAL '90 days'
WHERE f.golden_id IN (
    SELECT golden_id FROM customers
    WHERE status <> 'merged' AND acquired_at > (SELECT CAST(min(ordered_at) AS DATE) FROM orders)
)
GROUP BY f.golden_id, f.ordered_at
