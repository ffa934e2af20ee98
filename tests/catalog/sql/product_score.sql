-- by product_category: p.category
SELECT {by} AS member, avg(s.score)
FROM surveys s LEFT JOIN products p USING (product_id)
WHERE s.subject = 'product' AND NOT is_tester(s.golden_id) AND s.answered_at >= $start AND s.answered_at < $until
GROUP BY ALL
