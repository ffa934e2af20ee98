-- by value_class_at_end: c.value_class
WITH known AS (
    SELECT o.*, (
        SELECT h.amount_at_entry FROM stage_history h
        WHERE h.opportunity_id = o.opportunity_id AND h.entered_at < $until ORDER BY h.seq DESC LIMIT 1
    ) AS estimate
    FROM opportunities o
    WHERE o.golden_id IS NOT NULL AND NOT is_tester(o.golden_id) AND o.created_at >= $start AND o.created_at < $until
), together AS (
    SELECT golden_id, eur(estimate, currency, berlin_day(created_at)) AS amount, NULL AS revenue FROM known
    UNION ALL
    SELECT o.golden_id, NULL, eur(l.net_amount, o.currency, berlin_day(o.ordered_at))
    FROM orders o JOIN order_lines l USING (order_id)
    WHERE o.golden_id IN (SELECT golden_id FROM known) AND o.status <> 'cancelled'
      AND o.ordered_at < $until AND berlin_day(o.ordered_at) >= year_before(CAST($end AS DATE))
)
SELECT {by} AS member, coalesce(sum(k.amount), 0) / nullif(sum(k.revenue), 0)
FROM together k LEFT JOIN customers c ON c.customer_key = version_before(k.golden_id, $until)
GROUP BY ALL
