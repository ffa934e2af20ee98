-- by source_system: l.source_system
SELECT {by} AS member, sum(l.rows) FROM source_loads l WHERE l.loaded_at >= $start AND l.loaded_at < $until
GROUP BY ALL
