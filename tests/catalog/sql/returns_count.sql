-- by product_category: p.category
SELECT {by} AS member, count(*)
FROM returns r LEFT JOIN products p USING (product_id)
WHERE NOT is_tester(r.golden_id) AND r.registered_at >= $start AND r.registered_at < $until
GROUP BY ALL
