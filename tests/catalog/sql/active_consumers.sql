-- by region_at_end: g.region
-- by age_group: age_class(c.birth_date, CAST($end AS DATE) - 1)
-- by gender_at_end: c.gender
SELECT {by} AS member, count(DISTINCT o.golden_id)
FROM orders o
LEFT JOIN customers c ON c.customer_key = version_before(o.golden_id, $until)
LEFT JOIN geo g ON g.geo_id = c.geo_id
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until AND c.customer_type = 'consumer'
GROUP BY ALL
