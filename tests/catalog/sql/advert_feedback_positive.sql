-- by advert: s.advert_id
SELECT {by} AS member, avg(CASE WHEN s.sentiment = 'pos' THEN 1.0 ELSE 0.0 END)
FROM surveys s LEFT JOIN products p USING (product_id)
WHERE NOT is_tester(s.golden_id) AND s.answered_at >= $start AND s.answered_at < $until AND s.advert_id IS NOT NULL
GROUP BY ALL
