-- by stage: f.stage
WITH usual AS (
    SELECT process_id, stage, rank() OVER (PARTITION BY process_id ORDER BY avg(seq)) AS place
    FROM stage_history GROUP BY process_id, stage
), f AS (
    SELECT h.opportunity_id, h.stage, u.place, min(h.entered_at) AS entered
    FROM stage_history h JOIN usual u USING (process_id, stage) GROUP BY ALL
), fate AS (
    SELECT f.*, o.outcome, o.golden_id, o.outcome = 'won' OR EXISTS (
        SELECT 1 FROM f x WHERE x.opportunity_id = f.opportunity_id AND x.place > f.place) AS further
    FROM f JOIN opportunities o USING (opportunity_id)
)
SELECT {by} AS member, count(*) FILTER (f.further) / count(*)
FROM fate f
WHERE (f.further OR f.outcome IN ('lost', 'cancelled')) AND NOT is_tester(f.golden_id)
  AND f.entered >= $start AND f.entered < $until
GROUP BY ALL
