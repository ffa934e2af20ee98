-- by team: t.name
WITH known AS (
    SELECT o.*, CASE WHEN o.opportunity_id IN (SELECT opportunity_id FROM stage_history) THEN (
        SELECT h.amount_at_entry FROM stage_history h
        WHERE h.opportunity_id = o.opportunity_id AND h.entered_at < $until ORDER BY h.seq DESC LIMIT 1
    ) ELSE o.amount_est END AS estimate
    FROM opportunities o
    WHERE NOT is_tester(o.golden_id) AND o.created_at >= $start AND o.created_at < $until
)
SELECT {by} AS member, sum(eur(
    coalesce(o.estimate, 0) - coalesce((SELECT sum(l.amount) FROM opportunity_lines l
        WHERE l.opportunity_id = o.opportunity_id), 0), o.currency, berlin_day(o.created_at)))
FROM known o LEFT JOIN teams t USING (team_id)
GROUP BY ALL
