-- by source_system: l.source_system
SELECT {by} AS member, median(elapsed_hours(l.data_through, l.loaded_at))
FROM source_loads l WHERE l.status = 'ok' AND l.loaded_at >= $start AND l.loaded_at < $until
GROUP BY ALL
