-- by case_channel: c.channel
SELECT {by} AS member, count(*)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.resolved_at >= $start AND c.resolved_at < $until
GROUP BY ALL
