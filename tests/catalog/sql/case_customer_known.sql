-- by case_channel: c.channel
SELECT {by} AS member, count(c.golden_id) / count(*)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.created_at >= $start AND c.created_at < $until
GROUP BY ALL
