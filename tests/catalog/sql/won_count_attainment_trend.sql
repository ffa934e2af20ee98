-- by team: t.name
WITH told AS (
    WITH made AS (
        SELECT {by} AS member, count(*) AS value
        FROM opportunities o LEFT JOIN teams t USING (team_id)
        WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id)
          AND o.closed_at >= $start AND o.closed_at < $until GROUP BY ALL
    ), planned AS (
        SELECT {by} AS member, sum(p.amount * share_of(p.period_start, p.period_end, $first, $end)) AS value
        FROM plan_targets p LEFT JOIN teams t USING (team_id)
        WHERE p.kpi_id = 'won_count' AND p.scenario = 'plan' AND p.period_end >= $first AND p.period_start < $end
        GROUP BY ALL
    )
    SELECT coalesce(made.member, planned.member) AS part, coalesce(made.value, 0) / nullif(planned.value, 0) AS value
    FROM made FULL JOIN planned ON made.member IS NOT DISTINCT FROM planned.member
), earlier AS (
    WITH made AS (
        SELECT {by} AS member, count(*) AS value
        FROM opportunities o LEFT JOIN teams t USING (team_id)
        WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id)
          AND o.closed_at >= timezone('UTC', timezone('Europe/Berlin', begin_before($first, $end)::TIMESTAMP)) AND o.closed_at < $start GROUP BY ALL
    ), planned AS (
        SELECT {by} AS member, sum(p.amount * share_of(p.period_start, p.period_end, begin_before($first, $end), $first)) AS value
        FROM plan_targets p LEFT JOIN teams t USING (team_id)
        WHERE p.kpi_id = 'won_count' AND p.scenario = 'plan' AND p.period_end >= begin_before($first, $end) AND p.period_start < $first
        GROUP BY ALL
    )
    SELECT coalesce(made.member, planned.member) AS part, coalesce(made.value, 0) / nullif(planned.value, 0) AS value
    FROM made FULL JOIN planned ON made.member IS NOT DISTINCT FROM planned.member
)
SELECT coalesce(told.part, earlier.part), told.value - earlier.value FROM told FULL JOIN earlier ON told.part IS NOT DISTINCT FROM earlier.part
