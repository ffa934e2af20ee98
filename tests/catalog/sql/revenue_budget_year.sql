-- by team: t.name
SELECT {by} AS member, CASE WHEN max(p.period_end) + 1 = $end THEN sum(p.amount) END AS value
FROM plan_targets p LEFT JOIN teams t USING (team_id)
WHERE p.kpi_id = 'revenue' AND p.scenario = 'budget' AND p.version = 1
  AND p.period_start >= date_trunc('year', $end::DATE - 1) AND p.period_end < $end
GROUP BY ALL
