-- by page: regexp_replace(p.page, '[?].*', '')
-- by entry_page: v.entry_page
-- by product_category: d.category
SELECT {by} AS member, count(DISTINCT v.visitor_id)
FROM page_views p JOIN web_visits v USING (visit_id) LEFT JOIN products d USING (product_id)
WHERE NOT v.is_bot AND NOT is_tester(v.golden_id) AND p.ts >= $start AND p.ts < $until
GROUP BY ALL
