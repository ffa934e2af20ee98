WITH a AS (
    SELECT '' AS member, count(*) AS value FROM contacts c
    WHERE c.list_source IS DISTINCT FROM 'customer list' AND c.created_at >= $start AND c.created_at < $until AND NOT EXISTS (
        FROM customers k WHERE k.customer_id = c.customer_id AND (k.is_test OR k.status = 'merged'))
), b AS (
    SELECT '' AS member, sum(p.amount * share_of(p.period_start, p.period_end, $first, $end)) AS value
    FROM plan_targets p LEFT JOIN teams t USING (team_id)
    WHERE p.kpi_id = 'new_contacts' AND p.scenario = 'plan' AND p.period_end >= $first AND p.period_start < $end
    GROUP BY ALL
)
SELECT coalesce(a.member, b.member), coalesce(a.value, 0) / nullif(b.value, 0)
FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
