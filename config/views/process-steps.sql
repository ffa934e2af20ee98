-- One row per step of a process instance, with the moment from which it counts as stuck: after the limit of the
-- step in days, and where none is set, after the time that nine of ten finished stays took.
SELECT
    s.instance_id,
    s.seq,
    s.process_id,
    s.step,
    s.status,
    s.entered_at,
    s.left_at,
    s.golden_id,
    s.owner,
    s.team_id,
    s.seq = u.last_seq AS is_last,
    s.entered_at + CAST(round(coalesce(s.limit_days, u.usual_days) * 86400) AS BIGINT) * INTERVAL '1 second' AS stuck_at
FROM process_steps AS s
INNER JOIN (
    SELECT
        process_id,
        step,
        max(max(seq)) OVER (PARTITION BY process_id) AS last_seq,
        percentile_cont(0.9) WITHIN GROUP (
            ORDER BY CASE WHEN status = 'done' THEN EXTRACT(EPOCH FROM (left_at - entered_at)) / 86400.0 END
        ) AS usual_days
    FROM process_steps
    GROUP BY process_id, step
) AS u ON u.process_id = s.process_id AND u.step = s.step
