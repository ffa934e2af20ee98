-- by team: t.name
WITH made AS (
    SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS value
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN teams t USING (team_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until GROUP BY ALL
), planned AS (
    SELECT {by} AS member, sum(p.amount * share_of(p.period_start, p.period_end, $first, $end)) AS value
    FROM plan_targets p LEFT JOIN teams t USING (team_id)
    WHERE p.kpi_id = 'revenue' AND p.scenario = 'plan' AND p.period_end >= $first AND p.period_start < $end
    GROUP BY ALL
)
SELECT coalesce(made.member, planned.member), coalesce(made.value, 0) / nullif(planned.value, 0)
FROM made FULL JOIN planned ON made.member IS NOT DISTINCT FROM planned.member
