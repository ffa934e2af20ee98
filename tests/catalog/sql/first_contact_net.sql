-- by case_channel: c.channel
-- by case_type: c.type
SELECT {by} AS member, avg(CASE WHEN c.contacts_to_resolve = 1 AND c.reopened_count = 0 AND NOT EXISTS (
        SELECT 1 FROM cases again WHERE again.golden_id = c.golden_id AND again.problem_code = c.problem_code
          AND again.case_id <> c.case_id AND again.created_at > c.resolved_at
          AND again.created_at <= c.resolved_at + INTERVAL 7 DAY) THEN 1.0 ELSE 0.0 END)
FROM cases c
WHERE c.type IS DISTINCT FROM 'claim' AND NOT is_tester(c.golden_id)
  AND c.resolved_at >= $start AND c.resolved_at < $until
GROUP BY ALL
