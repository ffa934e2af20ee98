-- by team: t.name
WITH made AS (
    SELECT {by} AS member, count(*) AS value FROM leads l LEFT JOIN teams t USING (team_id)
    WHERE NOT is_tester(l.golden_id) AND l.qualified_at >= timezone('UTC', timezone('Europe/Berlin', begin_before($first, $end)::TIMESTAMP)) AND l.qualified_at < $start GROUP BY ALL
), planned AS (
    SELECT {by} AS member, sum(p.amount * share_of(p.period_start, p.period_end, begin_before($first, $end), $first)) AS value
    FROM plan_targets p LEFT JOIN teams t USING (team_id)
    WHERE p.kpi_id = 'qualified_leads' AND p.scenario = 'plan'
      AND p.period_end >= begin_before($first, $end) AND p.period_start < $first
    GROUP BY ALL
)
SELECT coalesce(made.member, planned.member), coalesce(made.value, 0) / nullif(planned.value, 0)
FROM made FULL JOIN planned ON made.member IS NOT DISTINCT FROM planned.member
