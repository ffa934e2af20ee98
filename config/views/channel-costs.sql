-- Actual campaign costs by sales channel: each cost in the shares in which the orders that its campaign led to came in
-- by the channels. The cost of a campaign that led to no order belongs to none.
SELECT
    c.cost_id,
    coalesce(s.sales_channel, '') AS channel_key,
    s.sales_channel,
    c.cost_date,
    c.currency,
    CAST(c.amount * coalesce(s.orders, 1) / coalesce(s.orders_of_all, 1) AS DECIMAL(18, 6)) AS amount
FROM campaign_costs AS c
LEFT JOIN (
    SELECT
        campaign_id,
        sales_channel,
        count(*) AS orders,
        sum(count(*)) OVER (PARTITION BY campaign_id) AS orders_of_all
    FROM orders
    WHERE status IS DISTINCT FROM 'cancelled' AND campaign_id IS NOT NULL
    GROUP BY campaign_id, sales_channel
) AS s ON s.campaign_id = c.campaign_id
WHERE c.kind = 'actual'
