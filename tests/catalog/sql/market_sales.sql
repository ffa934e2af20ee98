-- by product_category: m.category
-- by region: g.region
-- by market: g.market
WITH m AS (
    SELECT m.*, CAST(greatest(0, date_diff('day', greatest(m.period_start, CAST($first AS DATE)),
               least(m.period_start + INTERVAL 3 MONTH, CAST($end AS DATE)))) AS DOUBLE)
           / date_diff('day', m.period_start, m.period_start + INTERVAL 3 MONTH) AS part
    FROM market_data m WHERE m.geo_id IS NOT NULL AND m.period_start < $end AND m.period_start + INTERVAL 3 MONTH > $first
)
SELECT {by} AS member, sum(m.market_sales * m.part)
FROM m LEFT JOIN geo g USING (geo_id)
GROUP BY ALL
