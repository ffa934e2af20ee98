-- One row per stretch of time that a case was on hold: until the next thing that happened to it.
SELECT
    case_id,
    seq,
    ts AS held_at,
    next_at AS resumed_at
FROM (
    SELECT
        case_id,
        seq,
        event,
        ts,
        lead(ts) OVER (PARTITION BY case_id ORDER BY seq) AS next_at
    FROM case_events
) AS events
WHERE event = 'on_hold'
