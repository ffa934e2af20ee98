SELECT i.source_system, i.source_key, i.match_method, i.match_score
FROM identity_map i
WHERE NOT is_tester(i.golden_id) AND i.recorded_at >= $start AND i.recorded_at < $until AND i.match_score < 0.82
ORDER BY i.match_score, i.source_system, i.source_key
