-- by queue: i.queue
SELECT {by} AS member, avg(i.talk_s + i.hold_s + i.wrap_s)
FROM interactions i
WHERE i.channel = 'telephone' AND i.direction = 'inbound' AND i.queue IS NOT NULL AND i.connected
  AND NOT is_tester(i.golden_id) AND i.started_at >= $start AND i.started_at < $until
GROUP BY ALL
