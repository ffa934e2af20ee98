-- by value_class_at_end: c.value_class
-- The estimate of the last stage entered by the end of the period, at the rate of the day of creation.
WITH known AS (
    SELECT o.*, (
        SELECT h.amount_at_entry FROM stage_history h
        WHERE h.opportunity_id = o.opportunity_id AND h.entered_at < $until ORDER BY h.seq DESC LIMIT 1
    ) AS estimate
    FROM opportunities o
    WHERE o.golden_id IS NOT NULL AND NOT is_tester(o.golden_id) AND o.created_at >= $start AND o.created_at < $until
)
SELECT {by} AS member, sum(eur(o.estimate, o.currency, berlin_day(o.created_at)))
FROM known o LEFT JOIN customers c ON c.customer_key = version_before(o.golden_id, $until)
GROUP BY ALL
