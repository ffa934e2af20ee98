-- One row per planned measure, scope, period and scenario: of several versions the newest one is in force.
SELECT kpi_id, scope, team_id, period_start, period_end, scenario, version, amount
FROM (
    SELECT
        plan_targets.*,
        max(version) OVER (PARTITION BY kpi_id, scope, period_start, scenario) AS newest
    FROM plan_targets
) AS versions
WHERE version = newest
