-- by segment: segment_at(moved.golden_id, moved.moment)
WITH customer_week AS (
    SELECT f.golden_id, CAST(w.monday AS DATE) AS monday
    FROM (SELECT golden_id, date_trunc('week', berlin_day(min(ordered_at))) AS began FROM orders
          WHERE golden_id IS NOT NULL AND status <> 'cancelled' GROUP BY ALL) f,
         generate_series(TIMESTAMP '2023-01-02', TIMESTAMP '2026-12-28', INTERVAL 7 DAY) w(monday)
    WHERE w.monday >= f.began AND NOT is_tester(f.golden_id)
      AND w.monday >= CAST($first AS DATE) AND w.monday < CAST($end AS DATE)
), moved AS (
    SELECT golden_id, monday::TIMESTAMP AS moment, 1 AS weeks, 0 AS amount FROM customer_week
    UNION ALL
    SELECT o.golden_id, o.ordered_at, 0, eur(l.net_amount, o.currency, berlin_day(o.ordered_at))
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
), customer AS (
    SELECT {by} AS member, golden_id, sum(amount) / nullif(sum(weeks), 0) AS spend FROM moved GROUP BY ALL
)
SELECT member, avg(spend) FROM customer GROUP BY ALL
