-- by referrer: v.referrer
SELECT {by} AS member, count(*)
FROM web_visits v
WHERE NOT v.is_bot AND NOT is_tester(v.golden_id)
  AND berlin_day(v.started_at) >= begin_before($first, $end) AND v.started_at < $start
GROUP BY ALL
