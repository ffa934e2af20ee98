-- by customer: i.golden_id
SELECT {by} AS member, count(*) - min(date_diff('microsecond', i.started_at, least($until, TIMESTAMP '2026-06-14 22:00:00'))) / 86.4e12
FROM interactions i
WHERE i.direction = 'inbound' AND NOT i.is_automated AND NOT is_tester(i.golden_id)
  AND berlin_day(i.started_at) >= year_before($end) AND i.started_at < $until
GROUP BY ALL
