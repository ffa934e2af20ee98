-- One row per budgeted measure, scope, month and version; the original budget stays beside the one in force.
SELECT
    kpi_id,
    scope,
    team_id,
    period_start,
    version,
    amount,
    version = 1 AS is_original,
    version = max(version) OVER (PARTITION BY kpi_id, scope, period_start) AS is_in_force
FROM plan_targets
WHERE scenario = 'budget'
