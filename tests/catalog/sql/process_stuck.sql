-- by process_step: s.step
-- A step without a limit has that of nine of ten finished stays.
WITH usual AS (
    SELECT process_id, step, quantile_cont(date_diff('microsecond', entered_at, left_at) / 8.64e10, 0.9) AS days
    FROM process_steps WHERE status = 'done' GROUP BY ALL
)
SELECT {by} AS member, count(*) FROM process_steps s JOIN usual u USING (process_id, step)
WHERE NOT is_tester(s.golden_id) AND (s.left_at IS NULL OR s.left_at >= $until)
  AND date_diff('microsecond', s.entered_at, $until::TIMESTAMP) / 8.64e10 > coalesce(s.limit_days, u.days)
GROUP BY ALL
