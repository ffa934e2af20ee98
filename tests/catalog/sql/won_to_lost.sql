-- by rep: u.name
SELECT {by} AS member, count(*) FILTER (o.outcome = 'won') / nullif(count(*) FILTER (o.outcome = 'lost'), 0)
FROM opportunities o LEFT JOIN users u ON u.user_id = o.owner_user_id
WHERE NOT is_tester(o.golden_id) AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
