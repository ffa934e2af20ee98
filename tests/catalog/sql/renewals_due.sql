-- by product: p.name
SELECT {by} AS member, count(*) FROM subscriptions s LEFT JOIN products p USING (product_id)
WHERE NOT is_tester(s.golden_id) AND s.term_end >= $end AND s.term_end < $end::DATE + 90
  AND (s.renewed_at IS NULL OR s.renewed_at >= $until) AND (s.cancelled_at IS NULL OR s.cancelled_at >= $until)
GROUP BY ALL
