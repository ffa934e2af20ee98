-- by product_category: p.category
SELECT {by} AS member, count(*) FILTER (s.sentiment = 'neg') / count(*)
FROM surveys s LEFT JOIN products p USING (product_id)
WHERE s.subject = 'product' AND s.sentiment IS NOT NULL AND NOT is_tester(s.golden_id)
  AND s.answered_at >= $start AND s.answered_at < $until
GROUP BY ALL
