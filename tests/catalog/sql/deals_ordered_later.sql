-- by team: t.name
WITH a AS (
    SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(b.closed_at))) AS value
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN teams t USING (team_id)
    JOIN opportunities b ON b.opportunity_id = o.opportunity_id
    WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
      AND b.closed_at >= $start AND b.closed_at < $until
      AND b.outcome = 'won'
    GROUP BY ALL
), b AS (
    SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS value
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN teams t USING (team_id)
    WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
      AND o.opportunity_id IS NOT NULL
    GROUP BY ALL
)
SELECT coalesce(a.member, b.member), coalesce(a.value, 0) - coalesce(b.value, 0)
FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
