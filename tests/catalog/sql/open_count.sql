-- by stage: (SELECT any_value(h.stage) FROM stage_history h WHERE h.opportunity_id = o.opportunity_id AND h.entered_at < $until AND (h.left_at IS NULL OR h.left_at >= $until))
-- by team: t.name
SELECT {by} AS member, count(*)
FROM opportunities o LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(o.golden_id) AND o.created_at < $until AND (o.closed_at IS NULL OR o.closed_at >= $until)
GROUP BY ALL
