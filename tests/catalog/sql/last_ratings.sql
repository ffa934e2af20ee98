-- by customer: a.golden_id
WITH a AS (
    SELECT golden_id, 100 * (agent_rating - 1) / (5 - 1) AS points FROM surveys
    WHERE golden_id IS NOT NULL AND answered_at < $until AND agent_rating IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY golden_id ORDER BY answered_at DESC, response_id DESC) = 1
)
SELECT {by} AS member, count(*)
FROM a WHERE NOT is_tester(a.golden_id)
GROUP BY ALL
