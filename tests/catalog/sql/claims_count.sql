-- by product_category: p.category
-- by defect: r.defect_code
SELECT {by} AS member, count(*)
FROM returns r LEFT JOIN products p USING (product_id)
WHERE r.kind = 'claim' AND NOT is_tester(r.golden_id) AND r.registered_at >= $start AND r.registered_at < $until
GROUP BY ALL
