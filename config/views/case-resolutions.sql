-- One row per resolution of a case: was the case reopened within 14 days of it?
SELECT
    case_id,
    seq,
    resolved_at,
    coalesce(reopened_at <= resolved_at + INTERVAL '14 days', FALSE) AS reopened_soon
FROM (
    SELECT
        case_id,
        seq,
        event,
        ts AS resolved_at,
        min(CASE WHEN event = 'reopened' THEN ts END) OVER (
            PARTITION BY case_id ORDER BY seq ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS reopened_at
    FROM case_events
) AS events
WHERE event = 'resolved'
