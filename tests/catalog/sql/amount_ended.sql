-- by product: p.name
-- by segment: segment_at(s.golden_id, timezone('UTC', timezone('Europe/Berlin', s.term_end::TIMESTAMP)))
SELECT {by} AS member, sum(eur(s.amount, s.currency, s.term_end))
FROM subscriptions s LEFT JOIN products p USING (product_id)
WHERE NOT is_tester(s.golden_id) AND s.term_end >= $first AND s.term_end < $end
GROUP BY ALL
