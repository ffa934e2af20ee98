-- by product: p.name
SELECT {by} AS member, count(*)
FROM surveys s LEFT JOIN products p USING (product_id)
WHERE s.subject = 'product' AND NOT is_tester(s.golden_id) AND s.answered_at >= $start AND s.answered_at < $until
GROUP BY ALL
