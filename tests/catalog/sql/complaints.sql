-- by product_category: p.category
SELECT {by} AS member, count(*)
FROM cases c LEFT JOIN products p USING (product_id)
WHERE c.type = 'complaint' AND NOT is_tester(c.golden_id) AND c.created_at >= $start AND c.created_at < $until
GROUP BY ALL
