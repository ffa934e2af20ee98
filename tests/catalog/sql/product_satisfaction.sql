-- by brand: p.brand
SELECT {by} AS member, avg(100 * (s.score - s.scale_min) / (s.scale_max - s.scale_min))
FROM surveys s LEFT JOIN products p USING (product_id)
WHERE s.subject = 'product' AND NOT is_tester(s.golden_id) AND s.answered_at >= $start AND s.answered_at < $until
GROUP BY ALL
