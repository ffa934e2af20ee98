-- by priority: c.priority
SELECT {by} AS member, count(*) FILTER (WHERE c.sla_due_at < $until) / nullif(count(c.sla_due_at), 0)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.created_at < $until AND (c.resolved_at IS NULL OR c.resolved_at >= $until)
GROUP BY ALL
