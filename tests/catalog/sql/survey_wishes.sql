-- by wish: s.wish
-- by segment: segment_at(s.golden_id, s.answered_at)
SELECT {by} AS member, count(*)
FROM surveys s LEFT JOIN products p USING (product_id)
WHERE NOT is_tester(s.golden_id) AND s.answered_at >= $start AND s.answered_at < $until AND s.wish IS NOT NULL
GROUP BY ALL
