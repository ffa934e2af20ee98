-- by referrer: v.referrer
WITH person AS (
    SELECT {by} AS member, v.visitor_id AS who, bool_or(v.started_at < $start) AS was, bool_or(v.started_at >= $start) AS is_still
    FROM web_visits v
    WHERE v.visitor_id IS NOT NULL AND NOT v.is_bot AND NOT is_tester(v.golden_id)
      AND berlin_day(v.started_at) >= begin_before($first, $end) AND v.started_at < $until
    GROUP BY ALL
)
SELECT member, avg(CAST(is_still AS INTEGER)) FROM person WHERE was GROUP BY ALL
