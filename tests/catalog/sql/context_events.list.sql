SELECT e.value, e.kind, g.region, e.source, e."start", e."end"
FROM context_events e LEFT JOIN geo g USING (geo_id)
WHERE e."start" >= $first AND e."start" < $end
ORDER BY e."start", e.kind, e.geo_id NULLS LAST
