-- by customer: s.entity_id
WITH s AS (
    SELECT * FROM scores s WHERE s.entity_type = 'customer' AND s.model_id = 'usage-score' AND s.scored_at < $until
    QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY scored_at DESC) = 1
)
SELECT {by} AS member, avg(CAST(s.score >= 7 AS INT))
FROM s WHERE NOT is_tester(s.entity_id) AND s.scored_at >= CAST($until AS TIMESTAMP) - INTERVAL 7 DAY
GROUP BY ALL
