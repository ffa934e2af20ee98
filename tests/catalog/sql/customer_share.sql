-- by region_at_end: g.region
-- by age_group: age_class(c.birth_date, CAST($end AS DATE) - 1)
-- by gender_at_end: c.gender
-- by customer_type_at_end: c.customer_type
-- by industry_at_end: c.industry
-- by segment_at_end: segment_on(o.golden_id, CAST($end AS DATE) - 1)
SELECT {by} AS member, count(DISTINCT o.golden_id) / nullif((
    SELECT count(DISTINCT a.golden_id) FROM orders a
    WHERE a.status <> 'cancelled' AND NOT is_tester(a.golden_id) AND a.ordered_at >= $start AND a.ordered_at < $until
), 0)
FROM orders o
LEFT JOIN customers c ON c.customer_key = version_before(o.golden_id, $until)
LEFT JOIN geo g ON g.geo_id = c.geo_id
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
