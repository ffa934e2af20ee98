SELECT o.opportunity_id, o.opportunity_kind, p.name, h.stage,
    eur(h.amount_at_entry, o.currency, CAST($end AS DATE) - 1) AS amount, o.expected_close_date, h.entered_at, u.name
FROM opportunities o
JOIN stage_history h ON h.opportunity_id = o.opportunity_id
    AND h.entered_at < $until AND (h.left_at IS NULL OR h.left_at >= $until)
LEFT JOIN products p USING (product_id)
LEFT JOIN users u ON u.user_id = o.owner_user_id
WHERE NOT is_tester(o.golden_id)
ORDER BY amount DESC NULLS LAST, h.entered_at
