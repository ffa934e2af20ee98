-- by customer: i.golden_id
WITH channel AS (
    SELECT {by} AS member, i.channel, count(*)
        - min(date_diff('microsecond', i.started_at, least($until, TIMESTAMP '2026-06-14 22:00:00'))) / 86.4e12 AS liking
    FROM interactions i
WHERE i.direction = 'inbound' AND NOT i.is_automated AND NOT is_tester(i.golden_id)
      AND berlin_day(i.started_at) >= year_before($end) AND i.started_at < $until
    GROUP BY ALL
)
SELECT member, max(liking) FROM channel WHERE channel IS NOT NULL GROUP BY ALL
