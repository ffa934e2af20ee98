-- by value_class: c.value_class
-- by team: t.name
-- The estimate of the last stage entered by the end of the period, at the rate of the day of creation.
WITH known AS (
    SELECT o.*, CASE WHEN o.opportunity_id IN (SELECT opportunity_id FROM stage_history) THEN (
        SELECT h.amount_at_entry FROM stage_history h
        WHERE h.opportunity_id = o.opportunity_id AND h.entered_at < $until ORDER BY h.seq DESC LIMIT 1
    ) ELSE o.amount_est END AS estimate
    FROM opportunities o
    WHERE NOT is_tester(o.golden_id) AND o.created_at >= $start AND o.created_at < $until
)
SELECT {by} AS member, count(*) FILTER (WHERE o.estimate IS NULL)
FROM known o
LEFT JOIN teams t USING (team_id)
LEFT JOIN customers c ON c.customer_key = version_at(o.golden_id, o.created_at)
GROUP BY ALL
