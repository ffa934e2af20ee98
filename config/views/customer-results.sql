-- What customers brought and what they cost, entry by entry: gross profit of their orders, less the sending of the
-- orders, the time of sales and service, the handling of returns and claims, the campaigns that addressed them (each
-- day's cost in equal parts over all people addressed) and the time that their money took to come: 6 percent a year on
-- every payment, from the invoice to it. Costs are negative.
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
UNION ALL
SELECT
    'campaigns',
    m.member_id || ' ' || CAST(c.cost_date AS VARCHAR) || ' ' || c.currency,
    m.golden_id,
    CAST(c.cost_date AS TIMESTAMP),
    -CAST(c.amount / n.people AS DECIMAL(18, 6)),
    c.currency
FROM campaign_members AS m
INNER JOIN (
    SELECT campaign_id, cost_date, currency, sum(amount) AS amount
    FROM campaign_costs
    WHERE kind = 'actual'
    GROUP BY campaign_id, cost_date, currency
) AS c ON c.campaign_id = m.campaign_id
INNER JOIN (
    SELECT campaign_id, count(*) AS people
    FROM campaign_members
    WHERE addressed_at IS NOT NULL
    GROUP BY campaign_id
) AS n ON n.campaign_id = m.campaign_id
WHERE m.addressed_at IS NOT NULL AND m.golden_id IS NOT NULL
UNION ALL
SELECT
    'financing',
    p.payment_id,
    i.golden_id,
    p.paid_at,
    -CAST(
        p.amount * (
            CAST(timezone('Europe/Berlin', timezone('UTC', p.paid_at)) AS DATE)
            - CAST(timezone('Europe/Berlin', timezone('UTC', i.issued_at)) AS DATE)
        ) * 0.06 / 365
        AS DECIMAL(18, 6)
    ),
    p.currency
FROM payments AS p
INNER JOIN invoices AS i ON i.invoice_id = p.invoice_id
WHERE p.status = 'booked' AND i.golden_id IS NOT NULL
