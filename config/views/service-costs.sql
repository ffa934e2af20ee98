-- What service costs, entry by entry: the time of people at the rate of their team and the channel on that day
-- (where that rate is unknown, at the mean of the team's), parts and outside work of billed service, and the
-- handling of claims and returns. Time spent on cases about claims is warranty.
WITH known AS (
    SELECT team_id, valid_from, avg(cost_per_hour) AS cost_per_hour
    FROM cost_rates
    GROUP BY team_id, valid_from
)
SELECT
    CASE WHEN c.type = 'claim' THEN 'warranty' ELSE 'time' END AS kind,
    i.interaction_id AS row_id,
    i.golden_id,
    c.product_id,
    u.team_id,
    i.channel,
    i.started_at AS happened_at,
    CAST(
        (i.talk_s + i.wrap_s) / 3600.0 * coalesce(r.cost_per_hour, k.cost_per_hour) + r.cost_per_contact
        AS DECIMAL(18, 4)
    ) AS amount,
    'EUR' AS currency,
    (i.talk_s + i.wrap_s) / 3600.0 AS hours,
    r.cost_per_hour IS NOT NULL AS rate_known
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
LEFT JOIN cases AS c ON c.case_id = i.case_id
WHERE i.is_automated IS NOT TRUE AND (i.case_id IS NOT NULL OR i.queue IS NOT NULL)
UNION ALL
SELECT 'parts', invoice_id, golden_id, product_id, team_id, NULL, issued_at, parts_cost, currency, NULL, NULL
FROM invoices
WHERE parts_cost IS NOT NULL
UNION ALL
SELECT kind, return_id, golden_id, product_id, NULL, NULL, registered_at, cost_amount, currency, NULL, NULL
FROM returns
