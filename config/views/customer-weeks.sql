-- One row per customer and week, from the week of the first order on: the weeks in which a customer could have bought.
SELECT
    customer.golden_id,
    week.monday
FROM (
    SELECT golden_id, min(ordered_at) AS began
    FROM orders
    WHERE golden_id IS NOT NULL AND status IS DISTINCT FROM 'cancelled'
    GROUP BY golden_id
) AS customer
INNER JOIN (
    SELECT DISTINCT date AS monday
    FROM calendar
    WHERE extract(isodow FROM date) = 1
) AS week
    ON week.monday > CAST(timezone('Europe/Berlin', timezone('UTC', customer.began)) AS date) - 7
