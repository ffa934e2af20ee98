-- by source_system: i.source_system
SELECT {by} AS member, 1 - count(DISTINCT (i.source_system, i.golden_id)) / count(*)
FROM identity_map i
WHERE NOT is_tester(i.golden_id) AND i.recorded_at < $until AND TRUE
GROUP BY ALL
