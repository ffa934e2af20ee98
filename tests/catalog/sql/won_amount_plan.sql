-- by team: t.name
-- A week's plan is not spread: only periods of whole ISO weeks have one.
SELECT {by} AS member, sum(p.amount)
FROM plan_targets p LEFT JOIN teams t USING (team_id)
WHERE p.kpi_id = 'won_amount_week' AND p.scenario = 'plan' AND p.period_start >= $first AND p.period_start < $end
  AND isodow($first::DATE) = 1 AND date_diff('day', $first::DATE, $end::DATE) % 7 = 0
GROUP BY ALL
