-- by customer: a.golden_id
WITH a AS (
    SELECT golden_id, answered_at FROM surveys WHERE golden_id IS NOT NULL AND answered_at < $until AND score IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY golden_id ORDER BY answered_at DESC, response_id DESC) = 1
)
SELECT {by} AS member, count(*)
FROM a WHERE NOT is_tester(a.golden_id) AND a.answered_at <= CAST($until AS TIMESTAMP) - INTERVAL 365 DAY
GROUP BY ALL
