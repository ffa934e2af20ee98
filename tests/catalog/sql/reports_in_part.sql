-- by audience: r.audience
WITH r AS (
    SELECT report_id, scheduled_at, any_value(audience) AS audience, min(delivered_at) AS came,
           arg_min(missed, delivered_at) AS missed,
           (SELECT min(f.decision_at) FROM report_feedback f JOIN report_runs x USING (run_id)
            WHERE x.report_id = n.report_id AND x.scheduled_at = n.scheduled_at) AS decided
    FROM report_runs n GROUP BY report_id, scheduled_at
)
SELECT {by} AS member, count(*)
FROM r WHERE r.scheduled_at >= $start AND r.scheduled_at < $until AND r.missed > 0
GROUP BY ALL
