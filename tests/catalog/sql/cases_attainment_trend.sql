-- by team: t.name
WITH told AS (
    WITH a AS (
        SELECT {by} AS member, sum(p.amount * share_of(p.period_start, p.period_end, $first, $end)) AS value
        FROM plan_targets p LEFT JOIN teams t USING (team_id)
        WHERE p.kpi_id = 'cases_created' AND p.scenario = 'plan' AND p.period_end >= $first AND p.period_start < $end
        GROUP BY ALL
    ), b AS (
        SELECT {by} AS member, count(*) AS value FROM cases c LEFT JOIN teams t USING (team_id)
        WHERE NOT is_tester(c.golden_id) AND c.created_at >= $start AND c.created_at < $until
        GROUP BY ALL
    )
    SELECT coalesce(a.member, b.member) AS part, coalesce(a.value, 0) / nullif(b.value, 0) AS value
    FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
), earlier AS (
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
    SELECT coalesce(a.member, b.member) AS part, coalesce(a.value, 0) / nullif(b.value, 0) AS value
    FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
)
SELECT coalesce(told.part, earlier.part), told.value - earlier.value FROM told FULL JOIN earlier ON told.part IS NOT DISTINCT FROM earlier.part
