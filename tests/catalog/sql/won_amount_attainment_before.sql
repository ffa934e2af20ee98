-- by team: t.name
WITH made AS (
    SELECT {by} AS member,
           sum(eur(coalesce(o.amount_actual, o.amount_est), o.currency, berlin_day(o.closed_at))) AS value
    FROM opportunities o LEFT JOIN teams t USING (team_id)
    WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id)
      AND o.closed_at >= timezone('UTC', timezone('Europe/Berlin', begin_before($first, $end)::TIMESTAMP)) AND o.closed_at < $start GROUP BY ALL
), planned AS (
    SELECT {by} AS member, sum(p.amount * share_of(p.period_start, p.period_end, begin_before($first, $end), $first)) AS value
    FROM plan_targets p LEFT JOIN teams t USING (team_id)
    WHERE p.kpi_id = 'won_amount' AND p.scenario = 'plan' AND p.period_end >= begin_before($first, $end) AND p.period_start < $first
    GROUP BY ALL
)
SELECT coalesce(made.member, planned.member), coalesce(made.value, 0) / nullif(planned.value, 0)
FROM made FULL JOIN planned ON made.member IS NOT DISTINCT FROM planned.member
