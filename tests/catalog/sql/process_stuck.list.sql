WITH usual AS (
    SELECT process_id, step, quantile_cont(date_diff('microsecond', entered_at, left_at) / 8.64e10, 0.9) AS days
    FROM process_steps WHERE status = 'done' GROUP BY ALL
)
SELECT s.instance_id, s.process_id, s.step, s.entered_at,
    s.entered_at + to_seconds(round(coalesce(s.limit_days, u.days) * 86400)) AS stuck, o.name
FROM process_steps s JOIN usual u USING (process_id, step) LEFT JOIN users o ON o.user_id = s.owner
WHERE NOT is_tester(s.golden_id) AND (s.left_at IS NULL OR s.left_at >= $until) AND stuck < $until
ORDER BY stuck, s.instance_id, s.seq
