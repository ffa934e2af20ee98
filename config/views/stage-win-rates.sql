-- Win rates of stages, a version per month: of the opportunities decided in the year before the month (UTC) that had
-- been in the stage, the share won. So a weight is known on the day for which it is used.
WITH months AS (
    SELECT DISTINCT CAST(date_trunc('month', "date") AS DATE) AS month
    FROM calendar
), decided AS (
    SELECT DISTINCT h.stage, o.opportunity_id, o.closed_at, CASE WHEN o.outcome = 'won' THEN 1.0 ELSE 0.0 END AS won
    FROM stage_history AS h
    INNER JOIN opportunities AS o ON o.opportunity_id = h.opportunity_id
    WHERE
        o.outcome IN ('won', 'lost')
        AND NOT EXISTS (SELECT 1 FROM customers AS c WHERE c.golden_id = o.golden_id AND c.is_test)
)
SELECT
    d.stage,
    avg(d.won) AS rate,
    m.month AS valid_from,
    CAST(m.month + INTERVAL '1 month' AS DATE) AS valid_to
FROM months AS m
INNER JOIN decided AS d ON d.closed_at >= m.month - INTERVAL '1 year' AND d.closed_at < m.month
GROUP BY d.stage, m.month
