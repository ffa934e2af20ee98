SELECT '' AS member, sum(p.amount) AS value
FROM plan_targets p LEFT JOIN teams t USING (team_id)
WHERE p.kpi_id = 'campaign_spend' AND p.scenario = 'budget' AND p.version = 1 AND p.period_start >= $first AND p.period_end < $end
GROUP BY ALL
HAVING min(p.period_start) = $first AND max(p.period_end) + 1 = $end
