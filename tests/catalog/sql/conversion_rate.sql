-- by source_channel: l.source_channel
SELECT {by} AS member, count(l.converted_opportunity_id) / count(*)
FROM leads l
WHERE NOT is_tester(l.golden_id) AND l.created_at >= $start AND l.created_at < $until
GROUP BY ALL
