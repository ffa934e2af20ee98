-- What the contacts of our people about leads, and about deals with new customers, cost: their time at the rate of their
-- team and the channel on that day; where that rate is unknown, at the mean of the team's.
WITH known AS (
    SELECT team_id, valid_from, avg(cost_per_hour) AS cost_per_hour
    FROM cost_rates
    GROUP BY team_id, valid_from
)
SELECT
    i.interaction_id,
    i.golden_id,
    u.team_id,
    i.channel,
    i.started_at AS happened_at,
    CAST(
        (i.talk_s + i.wrap_s) / 3600.0 * coalesce(r.cost_per_hour, k.cost_per_hour) + r.cost_per_contact
        AS DECIMAL(18, 4)
    ) AS amount,
    'EUR' AS currency
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
LEFT JOIN opportunities AS d ON d.opportunity_id = i.opportunity_id
WHERE i.is_automated IS NOT TRUE AND (i.lead_id IS NOT NULL OR d.opportunity_kind = 'new')
