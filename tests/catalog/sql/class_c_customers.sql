-- by segment: segment_at(o.golden_id, o.ordered_at)
WITH placed AS (
    SELECT golden_id FROM orders
    WHERE golden_id IS NOT NULL AND status <> 'cancelled' AND NOT is_tester(golden_id)
      AND berlin_day(ordered_at) < year_before($end)
), spent AS (
    SELECT o.golden_id, coalesce(sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))), 0) AS amount
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.golden_id IN (FROM placed) AND o.status <> 'cancelled'
      AND berlin_day(o.ordered_at) >= year_before($end) AND o.ordered_at < $until
    GROUP BY ALL
), valued AS (
    SELECT DISTINCT p.golden_id, coalesce(s.amount, 0) AS amount FROM placed p LEFT JOIN spent s USING (golden_id)
), ranked AS (
    SELECT golden_id, count(*) OVER () AS n, row_number() OVER (ORDER BY amount DESC, golden_id) AS place
    FROM valued
)
SELECT {by} AS member, count(DISTINCT o.golden_id)
FROM orders o JOIN ranked r USING (golden_id)
WHERE place > ceil(n * 0.5) AND o.status <> 'cancelled' AND o.ordered_at < $until
GROUP BY ALL
