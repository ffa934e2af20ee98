SELECT '' AS member, sum(p.amount * share_of(p.period_start, p.period_end, $first, $end)) AS value
FROM plan_targets p LEFT JOIN teams t USING (team_id)
WHERE p.kpi_id = 'new_contacts' AND p.scenario = 'plan' AND p.period_end >= $first AND p.period_start < $end
GROUP BY ALL
