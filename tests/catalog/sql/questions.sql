-- by case_channel: c.channel
SELECT {by} AS member, count(*)
FROM cases c
WHERE c.type = 'question' AND NOT is_tester(c.golden_id) AND c.created_at >= $start AND c.created_at < $until
GROUP BY ALL
