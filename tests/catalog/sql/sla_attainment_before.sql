-- by team: t.name
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
SELECT coalesce(a.member, b.member), a.value / nullif(b.value, 0)
FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
