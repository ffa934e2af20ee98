-- The stage of every product by rule, month by month, from what was ordered before the month began: in its first year it
-- is introduced; later it grows or declines when the units of twelve months are a tenth above or below those of the
-- twelve before, and else is mature. Each holds for the days on which that month is the last one begun.
WITH sold AS (
    SELECT
        l.product_id,
        CAST(date_trunc('month', timezone('Europe/Berlin', timezone('UTC', o.ordered_at))) AS DATE) AS month_begin,
        sum(l.qty) AS units
    FROM order_lines AS l
    INNER JOIN orders AS o ON o.order_id = l.order_id
    WHERE coalesce(o.status, '') <> 'cancelled'
        AND NOT EXISTS (SELECT 1 FROM customers AS c WHERE c.golden_id = o.golden_id AND c.is_test)
    GROUP BY 1, 2
), months AS (
    SELECT month_begin FROM sold
    UNION
    SELECT CAST(month_begin + INTERVAL '1 month' AS DATE) FROM sold
), firsts AS (
    SELECT product_id, min(month_begin) AS month_begin FROM sold GROUP BY product_id
), years AS (
    SELECT
        p.product_id,
        p.lifecycle_stage,
        m.month_begin,
        coalesce(p.launched_at, f.month_begin) AS launched_at,
        sum(CASE WHEN s.month_begin >= m.month_begin - INTERVAL '12 months' THEN s.units ELSE 0 END) AS units_year,
        sum(CASE WHEN s.month_begin < m.month_begin - INTERVAL '12 months' THEN s.units ELSE 0 END) AS units_before
    FROM products AS p
    CROSS JOIN months AS m
    LEFT JOIN firsts AS f ON f.product_id = p.product_id
    LEFT JOIN sold AS s
        ON s.product_id = p.product_id
        AND s.month_begin < m.month_begin
        AND s.month_begin >= m.month_begin - INTERVAL '24 months'
    WHERE coalesce(p.launched_at, f.month_begin) < m.month_begin
        AND (p.retired_at IS NULL OR p.retired_at >= m.month_begin)
    GROUP BY p.product_id, p.lifecycle_stage, m.month_begin, coalesce(p.launched_at, f.month_begin)
), staged AS (
    SELECT
        product_id,
        lifecycle_stage,
        month_begin,
        units_year,
        units_before,
        CASE
            WHEN launched_at > month_begin - INTERVAL '12 months' THEN 'introduction'
            WHEN units_year > 1.1 * units_before THEN 'growth'
            WHEN units_year < 0.9 * units_before OR units_year = 0 THEN 'decline'
            ELSE 'maturity'
        END AS stage
    FROM years
)
SELECT
    product_id,
    month_begin - 1 AS begins_on,
    CAST(month_begin + INTERVAL '1 month' AS DATE) - 1 AS ends_on,
    stage,
    lifecycle_stage AS recorded,
    units_year,
    units_before,
    lifecycle_stage IS DISTINCT FROM stage AS differs
FROM staged
