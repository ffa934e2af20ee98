-- by click_path: w.path
-- by next_page: w.next_page
-- by exit_page: w.exit_page
-- by entry_page: v.entry_page
-- by referrer: v.referrer
-- by campaign: c.name
-- by daypart: berlin_hour(v.started_at)
-- by customer_type: (SELECT customer_type FROM customers u WHERE u.customer_key = version_at(v.golden_id, v.started_at))
WITH pages AS (
    SELECT visit_id, list(regexp_replace(page, '[?].*', '') ORDER BY ts, seq) AS p FROM page_views GROUP BY visit_id
), way AS (
    SELECT visit_id, p[2] AS next_page, p[-1] AS exit_page, concat_ws(
        ' > ', p[1], CASE WHEN len(p) > 1 THEN p[2] END, CASE WHEN len(p) > 2 THEN p[-1] END) AS path FROM pages
)
SELECT {by} AS member, count(*)
FROM web_visits v JOIN way w USING (visit_id) LEFT JOIN campaigns c ON c.campaign_id = v.source_campaign_id
WHERE NOT v.is_bot AND NOT is_tester(v.golden_id) AND v.started_at >= $start AND v.started_at < $until AND TRUE
GROUP BY ALL
