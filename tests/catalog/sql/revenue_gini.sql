-- by segment: segment_at(o.golden_id, o.ordered_at)
WITH customer AS (
    SELECT {by} AS member, o.golden_id,
           greatest(sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))), 0)::DOUBLE AS held
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
    HAVING sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) IS NOT NULL
), differences AS (
    SELECT a.member, sum(abs(a.held - b.held)) AS apart FROM customer a JOIN customer b ON a.member IS NOT DISTINCT FROM b.member
    GROUP BY ALL
), totals AS (SELECT member, count(*) AS n, sum(held) AS held FROM customer GROUP BY ALL)
SELECT t.member, d.apart / nullif(2 * t.n * t.held, 0)
FROM totals t JOIN differences d ON t.member IS NOT DISTINCT FROM d.member
