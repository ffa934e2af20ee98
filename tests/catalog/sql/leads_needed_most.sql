-- by team: t.name
WITH past AS (
    SELECT {by} AS member,
           count(*) FILTER (l.qualified_at BETWEEN l.created_at AND l.created_at + INTERVAL 90 DAY) / count(*) AS p, count(*) AS n
    FROM leads l LEFT JOIN teams t USING (team_id)
    WHERE NOT is_tester(l.golden_id)
      AND berlin_day(l.created_at) >= $end::DATE - INTERVAL 15 MONTH
      AND berlin_day(l.created_at) < $end::DATE - INTERVAL 3 MONTH
    GROUP BY ALL
), planned AS (
    SELECT {by} AS member, sum(p.amount * share_of(p.period_start, p.period_end, $first, $end)) AS value
    FROM plan_targets p LEFT JOIN teams t USING (team_id)
    WHERE p.kpi_id = 'qualified_leads' AND p.scenario = 'plan'
      AND p.period_end >= $first AND p.period_start < $end
    GROUP BY ALL
)
SELECT coalesce(past.member, planned.member), ceil(round(planned.value / nullif(CASE WHEN past.p * past.n = 0 THEN 0 ELSE
    (past.p + 1.959963984540054 ^ 2 / (2 * past.n) - 1.959963984540054
        * sqrt(past.p * (1 - past.p) / past.n + 1.959963984540054 ^ 2 / (4 * past.n ^ 2)))
    / (1 + 1.959963984540054 ^ 2 / past.n) END, 0), 9))
FROM past FULL JOIN planned ON past.member IS NOT DISTINCT FROM planned.member
