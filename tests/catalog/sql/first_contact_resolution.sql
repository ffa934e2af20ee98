-- by case_channel: c.channel
SELECT {by} AS member, avg(CASE WHEN c.contacts_to_resolve = 1 AND c.reopened_count = 0 THEN 1.0 ELSE 0.0 END)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.resolved_at >= $start AND c.resolved_at < $until
GROUP BY ALL
