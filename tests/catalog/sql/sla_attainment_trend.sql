-- by team: t.name
WITH told AS (
    WITH a AS (
        SELECT {by} AS member, avg(CASE WHEN c.resolved_at <= c.sla_due_at THEN 1.0 ELSE 0.0 END) AS value
        FROM cases c LEFT JOIN teams t USING (team_id)
        WHERE NOT is_tester(c.golden_id) AND c.sla_due_at >= $start AND c.sla_due_at < $until
        GROUP BY ALL
    ), b AS (
        SELECT {by} AS member, avg(p.amount) AS value
        FROM plan_targets p LEFT JOIN teams t USING (team_id)
        WHERE p.kpi_id = 'sla_share' AND p.scenario = 'target' AND p.period_start >= $first AND p.period_end < $end
        GROUP BY ALL
        HAVING day($first) = 1 AND day($end) = 1
    )
    SELECT coalesce(a.member, b.member) AS part, a.value / nullif(b.value, 0) AS value
    FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
), earlier AS (
    WITH a AS (
        SELECT {by} AS member, avg(CASE WHEN c.resolved_at <= c.sla_due_at THEN 1.0 ELSE 0.0 END) AS value
        FROM cases c LEFT JOIN teams t USING (team_id)
        WHERE NOT is_tester(c.golden_id) AND c.sla_due_at >= timezone('UTC', timezone('Europe/Berlin', begin_before($first, $end)::TIMESTAMP)) AND c.sla_due_at < $start
        GROUP BY ALL
    ), b AS (
        SELECT {by} AS member, avg(p.amount) AS value
        FROM plan_targets p LEFT JOIN teams t USING (team_id)
        WHERE p.kpi_id = 'sla_share' AND p.scenario = 'target' AND p.period_start >= begin_before($first, $end) AND p.period_end < $first
        GROUP BY ALL
        HAVING day(begin_before($first, $end)) = 1 AND day($first) = 1
    )
    SELECT coalesce(a.member, b.member) AS part, a.value / nullif(b.value, 0) AS value
    FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
)
SELECT coalesce(told.part, earlier.part), told.value - earlier.value FROM told FULL JOIN earlier ON told.part IS NOT DISTINCT FROM earlier.part
