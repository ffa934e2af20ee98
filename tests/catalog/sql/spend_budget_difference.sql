WITH a AS (
    SELECT '' AS member, sum(eur(k.amount, k.currency, k.cost_date)) AS value FROM campaign_costs k
    WHERE k.kind = 'actual' AND k.cost_date >= $first AND k.cost_date < $end
), b AS (
    SELECT '' AS member, sum(p.amount) AS value
    FROM plan_targets p LEFT JOIN teams t USING (team_id)
    WHERE p.kpi_id = 'campaign_spend' AND p.scenario = 'budget' AND p.version = 1 AND p.period_start >= $first AND p.period_end < $end
    GROUP BY ALL
    HAVING min(p.period_start) = $first AND max(p.period_end) + 1 = $end
)
SELECT coalesce(a.member, b.member), coalesce(a.value, 0) - b.value
FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
