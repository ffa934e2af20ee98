-- Of all ways together it is one; by way it is counted by hand in tests/miniature.
WITH pages AS (
    SELECT visit_id, list(regexp_replace(page, '[?].*', '') ORDER BY ts, seq) AS p FROM page_views GROUP BY visit_id
), w AS (
    SELECT v.*, concat_ws(' > ', p[1], CASE WHEN len(p) > 1 THEN p[2] END, CASE WHEN len(p) > 2 THEN p[-1] END) AS path
    FROM pages JOIN web_visits v USING (visit_id)
    WHERE NOT v.is_bot AND NOT is_tester(v.golden_id) AND v.started_at >= $start AND v.started_at < $until
)
SELECT '' AS member, count(w.path) / nullif(count(*), 0) FROM w
