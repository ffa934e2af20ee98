-- What customers brought and what they cost, entry by entry: gross profit of their orders, less the sending of the
-- orders, the time of sales and service, and the handling of returns and claims. Costs are negative.
WITH known AS (
    SELECT team_id, valid_from, avg(cost_per_hour) AS cost_per_hour
    FROM cost_rates
    GROUP BY team_id, valid_from
)
SELECT
    'goods' AS kind,
    l.order_id || '/' || CAST(l.line_no AS VARCHAR) AS row_id,
    o.golden_id,
    o.ordered_at AS happened_at,
    l.net_amount - l.cost_amount AS amount,
    o.currency
FROM order_lines AS l
INNER JOIN orders AS o ON o.order_id = l.order_id
WHERE o.status IS DISTINCT FROM 'cancelled' AND o.golden_id IS NOT NULL AND l.cost_amount IS NOT NULL
UNION ALL
SELECT 'orders', o.order_id, o.golden_id, o.ordered_at, -r.cost_per_contact, 'EUR'
FROM orders AS o
INNER JOIN cost_rates AS r
    ON r.team_id = o.team_id
    AND r.channel = o.sales_channel
    AND CAST(timezone('Europe/Berlin', timezone('UTC', o.ordered_at)) AS DATE) >= r.valid_from
    AND (
        r.valid_to IS NULL
        OR CAST(timezone('Europe/Berlin', timezone('UTC', o.ordered_at)) AS DATE) < r.valid_to
    )
WHERE o.status IS DISTINCT FROM 'cancelled' AND o.golden_id IS NOT NULL
UNION ALL
SELECT
    'contacts',
    i.interaction_id,
    i.golden_id,
    i.started_at,
    -CAST(
        (i.talk_s + i.wrap_s) / 3600.0 * coalesce(r.cost_per_hour, k.cost_per_hour) + r.cost_per_contact
        AS DECIMAL(18, 4)
    ),
    'EUR'
FROM interactions AS i
INNER JOIN users AS u ON u.user_id = i.user_id
INNER JOIN cost_rates AS r
    ON r.team_id = u.team_id
    AND r.channel = i.channel
    AND CAST(timezone('Europe/Berlin', timezone('UTC', i.started_at)) AS DATE) >= r.valid_from
    AND (
        r.valid_to IS NULL
        OR CAST(timezone('Europe/Berlin', timezone('UTC', i.started_at)) AS DATE) < r.valid_to
    )
INNER JOIN known AS k ON k.team_id = r.team_id AND k.valid_from = r.valid_from
WHERE i.is_automated IS NOT TRUE AND i.golden_id IS NOT NULL
UNION ALL
SELECT 'returns', r.return_id, r.golden_id, r.registered_at, -r.cost_amount, r.currency
FROM returns AS r
WHERE r.golden_id IS NOT NULL
