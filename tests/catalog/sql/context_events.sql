-- by event_kind: e.kind
SELECT {by} AS member, count(*) FROM context_events e
WHERE e."start" >= $first AND e."start" < $end
GROUP BY ALL
