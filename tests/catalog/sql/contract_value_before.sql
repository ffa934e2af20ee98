-- by team: t.name
-- by segment: segment_at(c.golden_id, c.adjusted_at)
SELECT {by} AS member, sum(eur(c.previous_value, c.currency, berlin_day(c.adjusted_at)))
FROM contracts c LEFT JOIN users u ON u.user_id = c.owner LEFT JOIN teams t ON t.team_id = u.team_id
WHERE NOT is_tester(c.golden_id) AND c.adjusted_at >= $start AND c.adjusted_at < $until
GROUP BY ALL
