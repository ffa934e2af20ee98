-- by customer: s.entity_id
SELECT {by} AS member, avg(s.score) FROM (
    FROM scores WHERE entity_type = 'customer' AND model_id = 'usage-score' AND scored_at < $until
    QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY scored_at DESC) = 1
) s
WHERE NOT is_tester(s.entity_id) AND s.scored_at + INTERVAL 7 DAY >= $until
GROUP BY ALL
