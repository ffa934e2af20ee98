-- by source_system: l.source_system
SELECT {by} AS member, quantile_cont(elapsed_hours(l.data_through, l.loaded_at), 0.9)
FROM source_loads l WHERE l.status = 'ok' AND l.loaded_at >= $start AND l.loaded_at < $until
GROUP BY ALL
