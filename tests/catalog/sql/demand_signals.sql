-- by region: x.region
WITH x AS (
    SELECT g.region FROM leads l LEFT JOIN geo g USING (geo_id)
    WHERE NOT is_tester(l.golden_id) AND l.created_at >= $start AND l.created_at < $until
    UNION ALL
    SELECT g.region FROM orders o LEFT JOIN customers c ON c.customer_key = version_at(o.golden_id, o.ordered_at)
    LEFT JOIN geo g ON g.geo_id = c.geo_id
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
    UNION ALL
    SELECT g.region FROM cases v LEFT JOIN customers c ON c.customer_key = version_at(v.golden_id, v.created_at)
    LEFT JOIN geo g ON g.geo_id = c.geo_id
    WHERE v.type = 'question' AND NOT is_tester(v.golden_id) AND v.created_at >= $start AND v.created_at < $until
)
SELECT {by} AS member, count(*) FROM x
GROUP BY ALL
