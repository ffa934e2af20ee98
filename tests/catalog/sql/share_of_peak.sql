-- by product_category: p.category
-- by brand: p.brand
WITH sold AS (
    SELECT l.product_id, strftime(berlin_day(o.ordered_at), '%Y-%m') AS month, sum(l.qty) AS units
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) GROUP BY ALL
), m AS (
    SELECT a.product_id, CAST(a.month || '-01' AS DATE) AS begins, any_value(a.units) AS units, max(b.units) AS peak
    FROM sold a JOIN sold b ON b.product_id = a.product_id AND b.month <= a.month GROUP BY ALL
), m2 AS (
    SELECT *, CAST(greatest(0, date_diff('day', greatest(begins, CAST($first AS DATE)),
               least(begins + INTERVAL 1 MONTH, CAST($end AS DATE)))) AS DOUBLE)
           / date_diff('day', begins, begins + INTERVAL 1 MONTH) AS part
    FROM m WHERE begins < $end AND begins + INTERVAL 1 MONTH > $first
)
SELECT {by} AS member, sum(m2.units * m2.part) / nullif(sum(m2.peak * m2.part), 0)
FROM m2 JOIN products p USING (product_id)
GROUP BY ALL
