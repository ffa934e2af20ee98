-- by product: p.name
-- by segment: segment_at(s.golden_id, timezone('UTC', timezone('Europe/Berlin', s.term_end::TIMESTAMP)))
SELECT {by} AS member, avg(CASE WHEN berlin_day(s.renewed_at) <= s.term_end + 30 THEN 1.0 ELSE 0.0 END)
FROM subscriptions s LEFT JOIN products p USING (product_id)
WHERE NOT is_tester(s.golden_id) AND s.term_end >= $first AND s.term_end < $end
GROUP BY ALL
