-- by case_channel: c.channel
WITH touched AS (
    SELECT c.case_id, bool_or(i.script_id IS NOT NULL) AS led
    FROM cases c JOIN interactions i USING (case_id)
    WHERE i.user_id IS NOT NULL AND NOT i.is_automated AND i.started_at <= c.resolved_at GROUP BY ALL
)
SELECT {by} AS member, avg(CASE WHEN c.contacts_to_resolve = 1 AND c.reopened_count = 0 AND NOT EXISTS (
        SELECT 1 FROM cases x
        WHERE x.golden_id = c.golden_id AND x.problem_code = c.problem_code AND x.created_at > c.resolved_at
          AND x.created_at <= c.resolved_at + INTERVAL 7 DAY AND x.case_id <> c.case_id
    ) THEN 1.0 ELSE 0.0 END)
FROM cases c JOIN touched t USING (case_id)
WHERE NOT is_tester(c.golden_id) AND c.resolved_at >= $start AND c.resolved_at < $until AND t.led
GROUP BY ALL
