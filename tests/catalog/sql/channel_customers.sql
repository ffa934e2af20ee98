-- by visit_channel: x.channel
-- by product_category: p.category
WITH x AS (
    SELECT 'web' AS channel, v.golden_id, p.product_id, p.ts FROM page_views p JOIN web_visits v USING (visit_id)
    WHERE NOT v.is_bot AND p.product_id IS NOT NULL
    UNION ALL
    SELECT o.sales_channel, o.golden_id, l.product_id, o.ordered_at FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.status <> 'cancelled' AND o.sales_channel IN ('shop', 'B2B portal', 'field')
    UNION ALL
    SELECT i.channel, i.golden_id, coalesce(c.product_id, l.product_id, o.product_id), i.started_at
    FROM interactions i LEFT JOIN cases c ON c.case_id = i.case_id LEFT JOIN leads l ON l.lead_id = i.lead_id
    LEFT JOIN opportunities o ON o.opportunity_id = i.opportunity_id WHERE NOT i.is_automated
)
SELECT {by} AS member, count(DISTINCT x.golden_id)
FROM x JOIN products p USING (product_id)
WHERE NOT is_tester(x.golden_id) AND x.ts >= $start AND x.ts < $until
GROUP BY ALL
