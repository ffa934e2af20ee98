-- Page views, their addresses without the marks of links.
SELECT
    visit_id,
    seq,
    split_part(page, '?', 1) AS page,
    product_id,
    ts
FROM page_views
