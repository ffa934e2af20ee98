WITH s AS (
    SELECT * FROM scores s WHERE s.entity_type = 'customer' AND s.model_id = 'usage-score' AND s.scored_at < $until
    QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY scored_at DESC) = 1
)
SELECT c.name, segment_at(s.entity_id, s.scored_at), s.score, s.band, u.name
FROM s JOIN scores b ON b.entity_id = s.entity_id AND b.model_id = s.model_id AND b.model_version = s.model_version
    AND berlin_day(b.scored_at) = berlin_day(s.scored_at) - 28
LEFT JOIN customers c ON c.customer_key = version_at(s.entity_id, s.scored_at)
LEFT JOIN users u ON u.user_id = c.owner_user_id
WHERE NOT is_tester(s.entity_id) AND s.scored_at >= CAST($until AS TIMESTAMP) - INTERVAL 7 DAY
  AND (s.score <= b.score - 1.5 OR (b.band = 'green' AND s.band <> 'green') OR (b.band = 'amber' AND s.band = 'red'))
ORDER BY s.score, s.entity_id, s.scored_at
