-- One row per scheduled edition of a report: when it was delivered at last, whom it missed, the first decision on it.
SELECT
    e.report_id,
    e.scheduled_at,
    e.audience,
    e.delivered_at,
    e.missed,
    d.decision_at
FROM (
    SELECT
        report_id,
        scheduled_at,
        min(audience) AS audience,
        min(delivered_at) AS delivered_at,
        min(CASE WHEN delivered_at IS NOT NULL THEN missed END) AS missed
    FROM report_runs
    GROUP BY report_id, scheduled_at
) AS e
LEFT JOIN (
    SELECT r.report_id, r.scheduled_at, min(f.decision_at) AS decision_at
    FROM report_feedback AS f
    INNER JOIN report_runs AS r ON r.run_id = f.run_id
    GROUP BY r.report_id, r.scheduled_at
) AS d ON d.report_id = e.report_id AND d.scheduled_at = e.scheduled_at
