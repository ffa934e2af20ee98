SELECT '' AS member, count(*) FROM web_visits v WHERE NOT v.is_bot AND v.golden_id IS NOT NULL AND NOT is_tester(v.golden_id)
  AND berlin_day(v.started_at) >= begin_before(CAST($first AS DATE), CAST($end AS DATE)) AND berlin_day(v.started_at) < $first
