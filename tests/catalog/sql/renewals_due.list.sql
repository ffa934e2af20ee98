SELECT s.subscription_id, s.golden_id, p.name, s.term_end, eur(s.amount, s.currency, $end::DATE - 1), s.currency,
    s.auto_renew, latest.score, latest.band, u.name
FROM subscriptions s LEFT JOIN products p USING (product_id) LEFT JOIN users u ON u.user_id = s.owner_user_id
LEFT JOIN (
    -- The last score before the end, if it is not older than a week.
    SELECT entity_id AS golden_id, score, band FROM scores
    WHERE entity_type = 'customer' AND model_id = 'usage-score' AND scored_at < $until
    QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY scored_at DESC) = 1
        AND scored_at + INTERVAL 7 DAY >= $until
) latest USING (golden_id)
WHERE NOT is_tester(s.golden_id) AND s.term_end >= $end AND s.term_end < $end::DATE + 90
  AND (s.renewed_at IS NULL OR s.renewed_at >= $until) AND (s.cancelled_at IS NULL OR s.cancelled_at >= $until)
ORDER BY s.term_end, s.subscription_id
