-- One row per forecast measure, scope and month: the last forecast issued before the month began.
SELECT p.kpi_id, p.scope, p.team_id, p.period_start, p.amount
FROM plan_targets AS p
INNER JOIN (
    SELECT kpi_id, scope, period_start, max(version) AS version
    FROM plan_targets
    WHERE scenario = 'forecast' AND issued_on < period_start
    GROUP BY kpi_id, scope, period_start
) AS l
    ON l.kpi_id = p.kpi_id AND l.scope = p.scope AND l.period_start = p.period_start AND l.version = p.version
WHERE p.scenario = 'forecast'
