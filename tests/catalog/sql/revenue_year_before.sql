-- by product_category: shelf.category
WITH p AS (
    SELECT p.category, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS sold
    FROM order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND berlin_day(o.ordered_at) >= CAST($first AS DATE) - INTERVAL 1 YEAR
      AND berlin_day(o.ordered_at) < CAST($end AS DATE) - INTERVAL 1 YEAR GROUP BY ALL
), shelf AS (SELECT DISTINCT category FROM products)
SELECT {by} AS member, coalesce(sum(p.sold), 0) FROM shelf LEFT JOIN p USING (category)
GROUP BY ALL
