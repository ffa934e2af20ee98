-- by priority: c.priority
SELECT {by} AS member, median(date_diff('microsecond', c.created_at, $until) / 86400e6)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.created_at < $until AND (c.resolved_at IS NULL OR c.resolved_at >= $until)
GROUP BY ALL
