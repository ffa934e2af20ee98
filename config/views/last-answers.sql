-- Survey answers of known customers, each holding until the customer's next one: of all answers, and of those that
-- rate an agent. The score is brought to 0 to 100.
WITH answers AS (
    SELECT
        'score' AS kind,
        response_id,
        golden_id,
        case_id,
        subject,
        answered_at,
        100.0 * (score - scale_min) / (scale_max - scale_min) AS rating
    FROM surveys
    WHERE answered_at IS NOT NULL AND golden_id IS NOT NULL AND score IS NOT NULL
    UNION ALL
    SELECT 'agent', response_id, golden_id, case_id, subject, answered_at, 100.0 * (agent_rating - 1) / 4
    FROM surveys
    WHERE answered_at IS NOT NULL AND golden_id IS NOT NULL AND agent_rating IS NOT NULL
)
SELECT
    kind,
    response_id,
    golden_id,
    case_id,
    subject,
    answered_at,
    rating,
    lead(answered_at) OVER (PARTITION BY kind, golden_id ORDER BY answered_at, response_id) AS replaced_at,
    answered_at + INTERVAL '365 days' AS stale_at
FROM answers
