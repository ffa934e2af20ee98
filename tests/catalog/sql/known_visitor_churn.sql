WITH b AS (
    SELECT DISTINCT v.golden_id FROM web_visits v WHERE NOT v.is_bot AND v.golden_id IS NOT NULL AND NOT is_tester(v.golden_id)
      AND berlin_day(v.started_at) >= begin_before(CAST($first AS DATE), CAST($end AS DATE)) AND berlin_day(v.started_at) < $first
), n AS (
    SELECT DISTINCT v.golden_id FROM web_visits v WHERE NOT v.is_bot AND v.golden_id IS NOT NULL AND NOT is_tester(v.golden_id)
      AND v.started_at >= $start AND v.started_at < $until
)
SELECT '' AS member, count(*) FILTER (n.golden_id IS NULL) / nullif(count(*), 0) FROM b LEFT JOIN n USING (golden_id)
