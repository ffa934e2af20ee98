-- by resolver: u.name
SELECT {by} AS member, count(*)
FROM cases c LEFT JOIN users u ON u.user_id = c.resolver_id
WHERE NOT is_tester(c.golden_id) AND c.resolved_at >= $start AND c.resolved_at < $until AND c.reopened_count = 0
GROUP BY ALL
