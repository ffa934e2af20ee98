-- Units of each product in each month (local time), with its best month so far; cancelled orders and tests are out.
SELECT
    product_id,
    month_begin,
    units,
    max(units) OVER (PARTITION BY product_id ORDER BY month_begin) AS peak
FROM (
    SELECT
        l.product_id,
        CAST(date_trunc('month', timezone('Europe/Berlin', timezone('UTC', o.ordered_at))) AS DATE) AS month_begin,
        sum(l.qty) AS units
    FROM order_lines AS l
    INNER JOIN orders AS o ON o.order_id = l.order_id
    WHERE coalesce(o.status, '') <> 'cancelled'
        AND NOT EXISTS (SELECT 1 FROM customers AS c WHERE c.golden_id = o.golden_id AND c.is_test)
    GROUP BY 1, 2
) AS sold
