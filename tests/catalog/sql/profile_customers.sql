-- by source_system: i.source_system
SELECT {by} AS member, count(DISTINCT (i.source_system, i.golden_id))
FROM identity_map i
WHERE NOT is_tester(i.golden_id) AND i.recorded_at >= $start AND i.recorded_at < $until AND TRUE
GROUP BY ALL
