-- by queue: i.queue
SELECT {by} AS member, count(*)
FROM interactions i
WHERE i.channel = 'telephone' AND i.direction = 'inbound' AND i.queue IS NOT NULL AND i.abandoned AND i.wait_s < 5
  AND NOT is_tester(i.golden_id) AND i.started_at >= $start AND i.started_at < $until
GROUP BY ALL
