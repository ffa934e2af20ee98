-- by stage: h.stage
-- by team: t.name
-- The amount is the one that held at the end of the period, from the history; the rate is that of the last day.
SELECT {by} AS member, sum(eur(h.amount_at_entry, o.currency, CAST($end AS DATE) - 1))
FROM opportunities o
JOIN stage_history h ON h.opportunity_id = o.opportunity_id
    AND h.entered_at < $until AND (h.left_at IS NULL OR h.left_at >= $until)
LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(o.golden_id) AND o.created_at < $until AND (o.closed_at IS NULL OR o.closed_at >= $until)
GROUP BY ALL
