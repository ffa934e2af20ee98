SELECT s.subscription_id, s.golden_id, p.name, s.term_end, eur(s.amount, s.currency, $end::DATE - 1), s.currency,
    s.auto_renew, u.name
FROM subscriptions s LEFT JOIN products p USING (product_id) LEFT JOIN users u ON u.user_id = s.owner_user_id
WHERE NOT is_tester(s.golden_id) AND s.term_end >= $end AND s.term_end < $end::DATE + 90
  AND (s.renewed_at IS NULL OR s.renewed_at >= $until) AND (s.cancelled_at IS NULL OR s.cancelled_at >= $until)
ORDER BY s.term_end, s.subscription_id
