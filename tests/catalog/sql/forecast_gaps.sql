-- by team: t.name
-- Team by team and month by month; a team without a forecast for the month is in no gap.
WITH a AS (
    SELECT o.team_id, date_trunc('month', berlin_day(o.ordered_at))::DATE AS month,
           sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS value
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
), b AS (
    SELECT p.team_id, p.period_start AS month, sum(p.amount) AS value
    FROM plan_targets p
    WHERE p.kpi_id = 'revenue' AND p.scenario = 'forecast' AND p.issued_on = p.period_start - 1
      AND p.period_start >= $first AND p.period_end < $end
      AND EXTRACT(DAY FROM $first::DATE) = 1 AND EXTRACT(DAY FROM $end::DATE) = 1
    GROUP BY ALL
), gaps AS (
    SELECT b.team_id, abs(coalesce(a.value, 0) - b.value) AS gap FROM b LEFT JOIN a USING (team_id, month)
)
SELECT {by} AS member, sum(gap) FROM gaps LEFT JOIN teams t USING (team_id) GROUP BY ALL
