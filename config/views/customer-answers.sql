-- One row per survey that a known customer answered, with the time from which a later answer of the same customer takes its place, its
-- score from 0 to 100, and the customer's last rating of an agent up to then.
WITH answers AS (
    SELECT
        s.*,
        lead(s.answered_at) OVER (PARTITION BY s.golden_id ORDER BY s.answered_at, s.response_id) AS superseded_at,
        count(s.agent_rating) OVER (PARTITION BY s.golden_id ORDER BY s.answered_at, s.response_id) AS rated
    FROM surveys AS s
    WHERE s.answered_at IS NOT NULL AND s.golden_id IS NOT NULL
)
SELECT
    response_id, golden_id, subject, answered_at, superseded_at,
    CAST(100.0 * (score - scale_min) / (scale_max - scale_min) AS DOUBLE PRECISION) AS score_index,
    max(agent_rating) OVER (PARTITION BY golden_id, rated) AS last_rating
FROM answers
