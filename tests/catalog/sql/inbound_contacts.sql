-- by contact_channel: i.channel
SELECT {by} AS member, count(*)
FROM interactions i
WHERE i.direction = 'inbound' AND NOT i.is_automated AND NOT is_tester(i.golden_id)
  AND i.started_at >= $start AND i.started_at < $until
GROUP BY ALL
