-- by case_channel: c.channel
-- by problem: c.problem_code
SELECT {by} AS member, count(DISTINCT c.golden_id)
FROM cases c
WHERE c.type = 'suggestion' AND NOT is_tester(c.golden_id) AND c.created_at >= $start AND c.created_at < $until
GROUP BY ALL
