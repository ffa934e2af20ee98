-- by score_band: s.band
-- by customer: s.entity_id
WITH s AS (
    SELECT * FROM scores s WHERE s.entity_type = 'customer' AND s.model_id = 'usage-score' AND s.scored_at < $until
    QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY scored_at DESC) = 1
)
SELECT {by} AS member, count(*)
FROM s JOIN scores b ON b.entity_id = s.entity_id AND b.model_id = s.model_id AND b.model_version = s.model_version
    AND berlin_day(b.scored_at) = berlin_day(s.scored_at) - 28
WHERE NOT is_tester(s.entity_id) AND s.scored_at >= CAST($until AS TIMESTAMP) - INTERVAL 7 DAY
  AND (s.score <= b.score - 1.5 OR (b.band = 'green' AND s.band <> 'green') OR (b.band = 'amber' AND s.band = 'red'))
GROUP BY ALL
