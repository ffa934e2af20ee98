-- by team: t.name
SELECT {by} AS member,
       CASE WHEN min(p.period_start) = $first AND max(p.period_end) + 1 = $end THEN sum(p.amount) END
FROM plan_targets p LEFT JOIN teams t USING (team_id)
WHERE p.kpi_id = 'won_count' AND p.scenario = 'plan' AND p.period_start >= $first AND p.period_end < $end
GROUP BY ALL
