-- by queue: i.queue
SELECT {by} AS member, avg(CASE WHEN i.ivr_contained THEN 1.0 ELSE 0.0 END)
FROM interactions i
WHERE i.channel = 'telephone' AND i.direction = 'inbound' AND i.queue IS NOT NULL AND i.golden_id IS NULL
  AND NOT is_tester(i.golden_id) AND i.started_at >= $start AND i.started_at < $until
GROUP BY ALL
