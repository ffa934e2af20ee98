-- by team: t.name
-- by rep: u.name
-- by segment: segment_at(o.golden_id, o.closed_at)
SELECT {by} AS member, sum(eur(coalesce(o.amount_actual, o.amount_est), o.currency, berlin_day(o.closed_at)))
FROM opportunities o LEFT JOIN teams t USING (team_id) LEFT JOIN users u ON u.user_id = o.owner_user_id
WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id) AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
