-- by priority: c.priority
SELECT {by} AS member, 1 - count(*) FILTER (c.resolved_at < c.created_at) / count(*)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.resolved_at >= $start AND c.resolved_at < $until
GROUP BY ALL
