-- by team: t.name
WITH a AS (
    SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS value
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN teams t USING (team_id)
    WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
), b AS (
    SELECT {by} AS member, sum(p.amount) AS value
    FROM plan_targets p LEFT JOIN teams t USING (team_id)
    WHERE p.kpi_id = 'revenue' AND p.scenario = 'budget' AND p.version = 1 AND p.period_start >= $first AND p.period_end < $end
    GROUP BY ALL
    HAVING min(p.period_start) = $first AND max(p.period_end) + 1 = $end
)
SELECT coalesce(a.member, b.member), (coalesce(a.value, 0) - b.value) / nullif(b.value, 0)
FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
