-- by team: t.name
WITH a AS (
    SELECT {by} AS member, count(*) AS value FROM opportunities o LEFT JOIN teams t USING (team_id)
    WHERE o.source_campaign_id IS NOT NULL AND NOT is_tester(o.golden_id)
      AND o.created_at >= $start AND o.created_at < $until
    GROUP BY ALL
), b AS (
    SELECT {by} AS member, sum(p.amount * share_of(p.period_start, p.period_end, $first, $end)) AS value
    FROM plan_targets p LEFT JOIN teams t USING (team_id)
    WHERE p.kpi_id = 'sourced_opportunities' AND p.scenario = 'plan' AND p.period_end >= $first AND p.period_start < $end
    GROUP BY ALL
)
SELECT coalesce(a.member, b.member), coalesce(a.value, 0) / nullif(b.value, 0)
FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
