-- One row per order of a known customer: contacts with people, and visits under its name, in the 30 days before.
WITH touches AS (
    SELECT golden_id, started_at FROM interactions WHERE golden_id IS NOT NULL AND is_automated IS NOT TRUE
    UNION ALL
    SELECT golden_id, started_at FROM web_visits WHERE golden_id IS NOT NULL AND is_bot IS NOT TRUE
)
SELECT
    o.order_id,
    o.ordered_at,
    count(t.golden_id) AS contacts
FROM orders AS o
LEFT JOIN touches AS t
    ON t.golden_id = o.golden_id
    AND t.started_at < o.ordered_at
    AND t.started_at >= o.ordered_at - INTERVAL '30 days'
WHERE o.golden_id IS NOT NULL AND coalesce(o.status, '') <> 'cancelled'
GROUP BY o.order_id, o.ordered_at
