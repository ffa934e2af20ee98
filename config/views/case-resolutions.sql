-- One row per resolution of a case, with the time when the case was reopened after it.
SELECT
    case_id,
    seq,
    resolved_at,
    reopened_at
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
