-- by stage: f.stage
-- by process: f.process_id
-- A stage is later than another when deals of the process enter it later on average.
WITH usual AS (
    SELECT process_id, stage, rank() OVER (PARTITION BY process_id ORDER BY avg(seq)) AS place
    FROM stage_history GROUP BY process_id, stage
), f AS (
    SELECT h.opportunity_id, h.process_id, h.stage, u.place, min(h.entered_at) AS entered
    FROM stage_history h JOIN usual u USING (process_id, stage) GROUP BY ALL
)
SELECT {by} AS member, avg(CASE WHEN (o.outcome = 'won' AND o.closed_at <= f.entered + INTERVAL 90 DAY) OR EXISTS (
        SELECT 1 FROM f x WHERE x.opportunity_id = f.opportunity_id AND x.place > f.place
          AND x.entered <= f.entered + INTERVAL 90 DAY) THEN 1.0 ELSE 0.0 END)
FROM f JOIN opportunities o USING (opportunity_id)
WHERE NOT is_tester(o.golden_id) AND f.entered >= $start AND f.entered < $until
  AND f.entered + INTERVAL 90 DAY <= TIMESTAMP '2026-06-14 22:00'
GROUP BY ALL
