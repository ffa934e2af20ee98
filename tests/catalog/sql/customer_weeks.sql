-- by segment: segment_at(k.golden_id, k.monday)
WITH customer_week AS (
    SELECT f.golden_id, CAST(w.monday AS DATE) AS monday
    FROM (SELECT golden_id, date_trunc('week', berlin_day(min(ordered_at))) AS began FROM orders
          WHERE golden_id IS NOT NULL AND status <> 'cancelled' GROUP BY ALL) f,
         generate_series(TIMESTAMP '2023-01-02', TIMESTAMP '2026-12-28', INTERVAL 7 DAY) w(monday)
    WHERE w.monday >= f.began AND NOT is_tester(f.golden_id)
      AND w.monday >= CAST($first AS DATE) AND w.monday < CAST($end AS DATE)
)
SELECT {by} AS member, count(*) FROM customer_week k GROUP BY ALL
