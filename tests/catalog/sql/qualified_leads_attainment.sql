-- by team: t.name
WITH made AS (
    SELECT {by} AS member, count(*) AS value FROM leads l LEFT JOIN teams t USING (team_id)
    WHERE NOT is_tester(l.golden_id) AND l.qualified_at >= $start AND l.qualified_at < $until GROUP BY ALL
), planned AS (
    SELECT {by} AS member, sum(p.amount) AS value,
           min(p.period_start) = $first AND max(p.period_end) + 1 = $end AS fits
    FROM plan_targets p LEFT JOIN teams t USING (team_id)
    WHERE p.kpi_id = 'qualified_leads' AND p.scenario = 'plan'
      AND p.period_start >= $first AND p.period_end < $end
    GROUP BY ALL
)
SELECT coalesce(made.member, planned.member),
       CASE WHEN planned.fits THEN coalesce(made.value, 0) / planned.value END
FROM made FULL JOIN planned ON made.member IS NOT DISTINCT FROM planned.member
