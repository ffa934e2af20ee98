-- by team: t.name
WITH a AS (
    SELECT {by} AS member, sum(p.amount * share_of(p.period_start, p.period_end, begin_before($first, $end), $first)) AS value
    FROM plan_targets p LEFT JOIN teams t USING (team_id)
    WHERE p.kpi_id = 'cases_created' AND p.scenario = 'plan' AND p.period_end >= begin_before($first, $end) AND p.period_start < $first
    GROUP BY ALL
), b AS (
    SELECT {by} AS member, count(*) AS value FROM cases c LEFT JOIN teams t USING (team_id)
    WHERE NOT is_tester(c.golden_id) AND c.created_at >= timezone('UTC', timezone('Europe/Berlin', begin_before($first, $end)::TIMESTAMP)) AND c.created_at < $start
    GROUP BY ALL
)
SELECT coalesce(a.member, b.member), coalesce(a.value, 0) / nullif(b.value, 0)
FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
