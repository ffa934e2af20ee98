-- by product_category: shelf.category
WITH now AS (
    SELECT p.category, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS sold
    FROM order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND berlin_day(o.ordered_at) >= $first
      AND berlin_day(o.ordered_at) < $end GROUP BY ALL
), p AS (
    SELECT p.category, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS sold
    FROM order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND berlin_day(o.ordered_at) >= CAST($first AS DATE) - INTERVAL 1 YEAR
      AND berlin_day(o.ordered_at) < CAST($end AS DATE) - INTERVAL 1 YEAR GROUP BY ALL
), shelf AS (SELECT DISTINCT category FROM products)
SELECT {by} AS member, sum(now.sold) / sum(p.sold) - 1 FROM shelf LEFT JOIN p USING (category) LEFT JOIN now USING (category)
GROUP BY ALL
