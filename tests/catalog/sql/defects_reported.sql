-- by product: p.name
-- by product_category: p.category
-- by plant: (SELECT min(r.plant) FROM production_runs r WHERE r.product_id = x.product_id)
WITH told AS (
    SELECT product_id, golden_id, registered_at AS at FROM returns WHERE kind = 'claim' AND defect_code IS NOT NULL
    UNION ALL
    SELECT product_id, golden_id, created_at FROM cases
    WHERE problem_code = 'defect' AND type IS DISTINCT FROM 'claim'
)
SELECT {by} AS member, count(*) AS value FROM told x LEFT JOIN products p USING (product_id)
WHERE NOT is_tester(x.golden_id) AND x.at >= $start AND x.at < $until GROUP BY ALL
