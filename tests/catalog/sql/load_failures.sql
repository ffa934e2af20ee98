-- by source_system: l.source_system
SELECT {by} AS member, avg(CAST(l.status = 'failed' AS INT))
FROM source_loads l WHERE l.loaded_at >= $start AND l.loaded_at < $until
GROUP BY ALL
