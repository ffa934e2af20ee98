-- by queue: i.queue
-- by segment: segment_at(i.golden_id, i.started_at)
SELECT {by} AS member, avg(CASE WHEN i.ivr_contained AND NOT EXISTS (
        SELECT 1 FROM interactions x WHERE x.golden_id = i.golden_id AND x.connected AND x.user_id IS NOT NULL
          AND (x.started_at, x.interaction_id) > (i.started_at, i.interaction_id)
          AND x.started_at <= i.started_at + INTERVAL 24 HOUR) THEN 1.0 ELSE 0.0 END)
FROM interactions i
WHERE i.channel = 'telephone' AND i.direction = 'inbound' AND i.queue IS NOT NULL
  AND i.golden_id IS NOT NULL AND NOT is_tester(i.golden_id)
  AND i.started_at >= $start AND i.started_at < $until AND i.started_at + INTERVAL 24 HOUR <= TIMESTAMP '2026-06-14 22:00'
GROUP BY ALL
