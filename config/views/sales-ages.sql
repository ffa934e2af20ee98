-- Order lines with the days that their product had been on sale.
SELECT
    l.order_id,
    l.line_no,
    l.product_id,
    l.net_amount,
    CAST(o.ordered_at AS DATE) - p.launched_at AS days_on_sale
FROM order_lines AS l
INNER JOIN orders AS o ON o.order_id = l.order_id
INNER JOIN products AS p ON p.product_id = l.product_id
