-- by team: t.name
SELECT {by} AS member, avg(p.amount) AS value
FROM plan_targets p LEFT JOIN teams t USING (team_id)
WHERE p.kpi_id = 'sla_share' AND p.scenario = 'target' AND p.period_start >= $first AND p.period_end < $end
GROUP BY ALL
HAVING min(p.period_start) = $first AND max(p.period_end) + 1 = $end
