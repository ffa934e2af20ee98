-- One row per visit: its way from the entry over the next page to the exit.
WITH steps AS (
    SELECT
        visit_id,
        max(seq) AS pages,
        max(CASE WHEN seq = 2 THEN split_part(page, '?', 1) END) AS next_page,
        max(ts) AS left_at
    FROM page_views
    GROUP BY visit_id
)
SELECT
    v.visit_id,
    v.visitor_id,
    v.golden_id,
    v.referrer,
    v.entry_page,
    v.source_campaign_id,
    v.started_at,
    v.duration_s,
    v.pages_n,
    v.is_bot,
    s.next_page,
    split_part(x.page, '?', 1) AS exit_page,
    -- The way is told by three pages at most.
    v.entry_page
        || CASE WHEN s.pages > 1 THEN ' > ' || s.next_page ELSE '' END
        || CASE WHEN s.pages > 2 THEN ' > ' || split_part(x.page, '?', 1) ELSE '' END AS path
FROM web_visits AS v
INNER JOIN steps AS s ON s.visit_id = v.visit_id
INNER JOIN page_views AS x ON x.visit_id = v.visit_id AND x.seq = s.pages
