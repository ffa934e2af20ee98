-- by solvency: (SELECT any_value(r.solvency_band) FROM credit_status r WHERE r.golden_id = o.golden_id AND r.valid_from <= berlin_day(o.created_at) AND (r.valid_to IS NULL OR r.valid_to > berlin_day(o.created_at)))
-- by team: t.name
SELECT {by} AS member, avg(CASE WHEN o.outcome = 'won' THEN 1.0 ELSE 0.0 END)
FROM opportunities o LEFT JOIN teams t USING (team_id)
WHERE o.opportunity_kind = 'cross-sell' AND o.outcome IN ('won', 'lost') AND NOT is_tester(o.golden_id)
  AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
