-- by product: p.name
-- by score_band_at_end: latest.band
SELECT {by} AS member, count(*) FROM subscriptions s LEFT JOIN products p USING (product_id)
LEFT JOIN (
    SELECT entity_id AS golden_id, band FROM scores
    WHERE entity_type = 'customer' AND model_id = 'usage-score' AND scored_at < $until
    QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY scored_at DESC) = 1
        AND scored_at + INTERVAL 7 DAY >= $until
) latest USING (golden_id)
WHERE NOT is_tester(s.golden_id) AND s.term_end >= $end AND s.term_end < $end::DATE + 90
  AND (s.renewed_at IS NULL OR s.renewed_at >= $until) AND (s.cancelled_at IS NULL OR s.cancelled_at >= $until)
GROUP BY ALL
