-- by value_class: value_class
WITH known AS (
    SELECT o.*, CASE WHEN o.opportunity_id IN (SELECT opportunity_id FROM stage_history) THEN (
        SELECT h.amount_at_entry FROM stage_history h
        WHERE h.opportunity_id = o.opportunity_id AND h.entered_at < $until ORDER BY h.seq DESC LIMIT 1
    ) ELSE o.amount_est END AS estimate
    FROM opportunities o
    WHERE NOT is_tester(o.golden_id) AND o.created_at >= $start AND o.created_at < $until
), together AS (
    SELECT c.value_class, eur(o.estimate, o.currency, berlin_day(o.created_at)) AS amount, 0 AS contact
    FROM known o LEFT JOIN customers c ON c.customer_key = version_at(o.golden_id, o.created_at)
    UNION ALL
    SELECT c.value_class, NULL, 1
    FROM interactions i LEFT JOIN customers c ON c.customer_key = version_at(i.golden_id, i.started_at)
    WHERE NOT i.is_automated AND NOT is_tester(i.golden_id) AND i.started_at >= $start AND i.started_at < $until
)
SELECT {by} AS member, coalesce(sum(amount), 0) / nullif(sum(contact), 0)
FROM together
GROUP BY ALL
