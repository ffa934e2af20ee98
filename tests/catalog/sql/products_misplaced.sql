-- by stage_by_rule: stage
WITH units AS (
    SELECT l.product_id, berlin_day(o.ordered_at) AS day, l.qty
    FROM orders o JOIN order_lines l USING (order_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
), known AS (
    SELECT p.*, date_trunc('month', $end::DATE) AS at_month,
        coalesce(p.launched_at, (SELECT date_trunc('month', min(day)) FROM units u WHERE u.product_id = p.product_id)) AS began,
        (SELECT coalesce(sum(u.qty), 0) FROM units u WHERE u.product_id = p.product_id
            AND u.day < date_trunc('month', $end::DATE) AND u.day >= date_trunc('month', $end::DATE) - INTERVAL 12 MONTH) AS this_year,
        (SELECT coalesce(sum(u.qty), 0) FROM units u WHERE u.product_id = p.product_id
            AND u.day < date_trunc('month', $end::DATE) - INTERVAL 12 MONTH
            AND u.day >= date_trunc('month', $end::DATE) - INTERVAL 24 MONTH) AS last_year
    FROM products p
), staged AS (
    SELECT *, CASE
        WHEN began + INTERVAL 12 MONTH > at_month THEN 'introduction'
        WHEN this_year > 1.1 * last_year THEN 'growth'
        WHEN this_year = 0 OR this_year < 0.9 * last_year THEN 'decline'
        ELSE 'maturity' END AS stage
    FROM known WHERE began < at_month AND (retired_at IS NULL OR retired_at >= at_month)
)
SELECT {by} AS member, count(*) FROM staged WHERE stage IS DISTINCT FROM lifecycle_stage GROUP BY ALL
