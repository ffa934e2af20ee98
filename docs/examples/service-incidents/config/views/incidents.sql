-- One row per ticket: its last change, the latest one where two have the same number.
-- made_sla turns from true to false in mid-life, so the first row of a ticket would give other rates.
WITH changes AS (
    SELECT
        number, opened_at, resolved_at, made_sla, incident_state, priority, contact_type, category, cmdb_ci,
        reassignment_count, reopen_count, assignment_group,
        CAST(sys_mod_count AS INTEGER) AS change, strptime(sys_updated_at, '%d/%m/%Y %H:%M') AS updated
    FROM "incident_event_log.parquet"
),
tickets AS (
    SELECT
        number,
        max_by(COLUMNS(* EXCLUDE (number, assignment_group, change, updated)), (change, updated)),
        min_by(assignment_group, (change, updated)) AS first_group,
        count(*) AS events
    FROM changes
    GROUP BY number
)
SELECT *, count(*) FILTER (resolved_at <> '?') OVER (PARTITION BY split_part(opened_at, ':', 1)) AS same_hour
FROM tickets
