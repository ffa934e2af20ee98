-- by source_system: i.source_system
SELECT {by} AS member, count(*)
FROM identity_map i
WHERE NOT is_tester(i.golden_id) AND i.recorded_at >= $start AND i.recorded_at < $until AND i.match_score < 0.82
GROUP BY ALL
