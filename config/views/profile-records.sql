-- Records of the source systems, with the customer they are within their system.
SELECT
    source_system,
    source_key,
    golden_id,
    match_method,
    match_score,
    recorded_at,
    source_system || ' ' || golden_id AS profile
FROM identity_map
