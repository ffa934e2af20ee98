-- One row per opportunity and stage it has left: the days of all its stays there, dated by the last exit.
SELECT
    opportunity_id,
    stage,
    max(left_at) AS left_at,
    sum(EXTRACT(EPOCH FROM (left_at - entered_at))) / 86400.0 AS days
FROM stage_history
GROUP BY opportunity_id, stage
HAVING count(*) = count(left_at)
