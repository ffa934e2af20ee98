-- by product_category: m.category
WITH m AS (
    SELECT m.*, CAST(greatest(0, date_diff('day', greatest(m.period_start, CAST($first AS DATE)),
               least(m.period_start + INTERVAL 3 MONTH, CAST($end AS DATE)))) AS DOUBLE)
           / date_diff('day', m.period_start, m.period_start + INTERVAL 3 MONTH) AS part
    FROM market_data m WHERE m.geo_id IS NOT NULL AND m.period_start < $end AND m.period_start + INTERVAL 3 MONTH > $first
), own AS (
    SELECT p.category, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS sold
    FROM order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
), sides AS (
    SELECT category, sum(market_size * part) AS size, sum(market_sales * part) AS sales FROM m GROUP BY ALL
), m2 AS (SELECT own.category, own.sold, sides.size, sides.sales FROM own LEFT JOIN sides USING (category))
SELECT {by} AS member, sum(m.sold) / sum(m.size)
FROM m2 m
GROUP BY ALL
