-- by source_channel: o.source_channel
-- by region: g.region
-- by value_class: c.value_class
-- by deal_product: p.name
-- by deal_category: p.category
-- by rival: r.name
SELECT {by} AS member, count(DISTINCT o.opportunity_id)
FROM opportunities o
LEFT JOIN customers c ON c.customer_key = version_at(o.golden_id, o.created_at)
LEFT JOIN geo g ON g.geo_id = c.geo_id
LEFT JOIN opportunity_lines n ON n.opportunity_id = o.opportunity_id
LEFT JOIN products p ON p.product_id = n.product_id
LEFT JOIN opportunity_competitors x ON x.opportunity_id = o.opportunity_id
LEFT JOIN competitors r ON r.competitor_id = x.competitor_id
WHERE NOT is_tester(o.golden_id) AND o.created_at >= $start AND o.created_at < $until
GROUP BY ALL
