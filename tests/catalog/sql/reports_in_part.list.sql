WITH r AS (
    SELECT report_id, scheduled_at, any_value(audience) AS audience, arg_min(missed, delivered_at) AS missed
    FROM report_runs GROUP BY report_id, scheduled_at
)
SELECT report_id, audience, missed::DOUBLE, scheduled_at
FROM r WHERE scheduled_at >= $start AND scheduled_at < $until AND missed > 0
ORDER BY scheduled_at, report_id
