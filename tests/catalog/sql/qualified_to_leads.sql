-- by source_channel: l.source_channel
SELECT {by} AS member, count(*) FILTER (l.qualified_at >= $start AND l.qualified_at < $until)
    / nullif(count(*) FILTER (l.created_at >= $start AND l.created_at < $until), 0)
FROM leads l WHERE NOT is_tester(l.golden_id)
GROUP BY ALL
