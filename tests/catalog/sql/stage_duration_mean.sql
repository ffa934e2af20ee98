-- by stage: v.stage
WITH v AS (
    SELECT h.opportunity_id, h.stage, max(h.left_at) AS exit, sum(elapsed_hours(h.entered_at, h.left_at)) / 24 AS days
    FROM stage_history h
    WHERE h.left_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM stage_history x
        WHERE x.opportunity_id = h.opportunity_id AND x.stage = h.stage AND x.left_at IS NULL)
    GROUP BY ALL
)
SELECT {by} AS member, avg(v.days)
FROM v JOIN opportunities o USING (opportunity_id)
WHERE NOT is_tester(o.golden_id) AND v.exit >= $start AND v.exit < $until
GROUP BY ALL
