-- by customer: i.golden_id
SELECT {by} AS member, count(*)
FROM interactions i
WHERE i.direction = 'inbound' AND NOT i.is_automated AND NOT is_tester(i.golden_id)
  AND berlin_day(i.started_at) >= year_before($end) AND i.started_at < $until
GROUP BY ALL
