-- What happened outside the company: one row per event and region, "end" with its last day.
SELECT kind || ' ' || "start" || ' ' || coalesce(geo_id, 'everywhere') AS event_id, kind, geo_id, value, source,
    "start" AS starts_on, "end" AS ends_on
FROM context_events
