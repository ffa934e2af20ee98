-- by contact_channel: i.channel
-- by direction: i.direction
-- by segment: segment_at(i.golden_id, i.started_at)
SELECT {by} AS member, count(*)
FROM interactions i
WHERE NOT i.is_automated AND NOT is_tester(i.golden_id) AND i.started_at >= $start AND i.started_at < $until
GROUP BY ALL
