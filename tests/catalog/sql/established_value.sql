-- by customer: o.golden_id
WITH placed AS (
    SELECT {by} AS member, count(*) FILTER (berlin_day(o.ordered_at) < year_before($end)) AS earlier
    FROM orders o
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at < $until
    GROUP BY ALL
), spent AS (
    SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at)))
           FILTER (berlin_day(o.ordered_at) >= year_before($end) AND o.golden_id IS NOT NULL) AS amount
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at < $until
    GROUP BY ALL
)
SELECT p.member, CASE WHEN p.earlier > 0 THEN coalesce(s.amount, 0) END
FROM placed p LEFT JOIN spent s ON s.member IS NOT DISTINCT FROM p.member
