-- One row per order: what it costs to sell and send it in its channel, beside the goods, by the rate of its team.
SELECT
    o.order_id,
    r.cost_per_contact AS cost
FROM orders AS o
INNER JOIN cost_rates AS r
    ON r.team_id = o.team_id
    AND r.channel = o.sales_channel
    AND CAST(timezone('Europe/Berlin', timezone('UTC', o.ordered_at)) AS DATE) >= r.valid_from
    AND (
        r.valid_to IS NULL
        OR CAST(timezone('Europe/Berlin', timezone('UTC', o.ordered_at)) AS DATE) < r.valid_to
    )
WHERE o.status IS DISTINCT FROM 'cancelled'
