-- by rep: u.name
SELECT {by} AS member, count(*)
FROM opportunities o LEFT JOIN users u ON u.user_id = o.owner_user_id
WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id) AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
