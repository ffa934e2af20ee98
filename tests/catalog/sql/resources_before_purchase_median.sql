-- by sales_channel: f.sales_channel
WITH firsts AS (
    SELECT o.golden_id, min(o.ordered_at) AS ordered_at, arg_min(o.order_id, o.ordered_at) AS order_id,
           arg_min(o.sales_channel, o.ordered_at) AS sales_channel
    FROM orders o WHERE o.status <> 'cancelled' AND o.golden_id IS NOT NULL GROUP BY o.golden_id
), used AS (
    SELECT v.golden_id, p.ts, 'p' || regexp_replace(p.page, '[?].*', '') AS what
    FROM page_views p JOIN web_visits v USING (visit_id) WHERE NOT v.is_bot
    UNION ALL SELECT golden_id, started_at, 'r' || referrer FROM web_visits WHERE NOT is_bot AND referrer IS NOT NULL
    UNION ALL SELECT golden_id, started_at, 'c' || channel FROM interactions WHERE NOT is_automated
), f AS (
    SELECT f.golden_id, f.ordered_at, f.sales_channel, count(DISTINCT u.what) AS n
    FROM firsts f JOIN used u ON u.golden_id = f.golden_id AND u.ts < f.ordered_at AND u.ts >= f.ordered_at - INTERVAL 90 DAY
    WHERE (SELECT max(c.acquired_at) FROM customers c WHERE c.golden_id = f.golden_id AND c.status = 'active')
        > (SELECT CAST(min(ordered_at) AS DATE) FROM orders)
    GROUP BY ALL
)
SELECT {by} AS member, median(f.n)
FROM f WHERE NOT is_tester(f.golden_id) AND f.ordered_at >= $start AND f.ordered_at < $until
GROUP BY ALL
