-- by priority: c.priority
SELECT {by} AS member, avg(CASE WHEN c.resolved_at <= c.sla_due_at THEN 1.0 ELSE 0.0 END)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.sla_due_at >= $start AND c.sla_due_at < $until
GROUP BY ALL
