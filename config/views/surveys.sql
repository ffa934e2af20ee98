-- One row per survey, and whether a later answer about the same case and subject takes its place.
SELECT
    *,
    case_id IS NOT NULL AND answered_at IS NOT NULL
        AND lead(answered_at) OVER (PARTITION BY case_id, subject ORDER BY answered_at, response_id) IS NOT NULL AS superseded
FROM surveys
