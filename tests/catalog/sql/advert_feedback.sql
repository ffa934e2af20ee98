-- by advert: s.advert_id
-- by product: p.name
SELECT {by} AS member, count(*)
FROM surveys s LEFT JOIN products p USING (product_id)
WHERE NOT is_tester(s.golden_id) AND s.answered_at >= $start AND s.answered_at < $until AND s.advert_id IS NOT NULL
GROUP BY ALL
