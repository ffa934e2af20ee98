-- Everyone who came through a channel about a product: page views, orders of shops and portal, and contacts.
SELECT
    'web' AS channel,
    p.visit_id || '-' || CAST(p.seq AS VARCHAR) AS visit_key,
    v.golden_id,
    p.product_id,
    p.ts AS happened_at
FROM page_views AS p
INNER JOIN web_visits AS v ON v.visit_id = p.visit_id
WHERE p.product_id IS NOT NULL AND v.is_bot IS NOT TRUE
UNION ALL
SELECT
    o.sales_channel,
    l.order_id || '-' || CAST(l.line_no AS VARCHAR),
    o.golden_id,
    l.product_id,
    o.ordered_at
FROM orders AS o
INNER JOIN order_lines AS l ON l.order_id = o.order_id
WHERE coalesce(o.status, '') <> 'cancelled' AND o.sales_channel <> 'web shop'
UNION ALL
SELECT
    i.channel,
    i.interaction_id,
    i.golden_id,
    coalesce(c.product_id, d.product_id, n.product_id),
    i.started_at
FROM interactions AS i
LEFT JOIN cases AS c ON c.case_id = i.case_id
LEFT JOIN leads AS d ON d.lead_id = i.lead_id
LEFT JOIN opportunities AS n ON n.opportunity_id = i.opportunity_id
WHERE i.is_automated IS NOT TRUE AND coalesce(c.product_id, d.product_id, n.product_id) IS NOT NULL
