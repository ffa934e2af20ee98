-- by priority: c.priority
SELECT {by} AS member, median(elapsed_hours(c.created_at, c.first_response_at))
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.created_at >= $start AND c.created_at < $until
GROUP BY ALL
