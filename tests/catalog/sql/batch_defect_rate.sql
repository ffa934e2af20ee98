-- by batch: x.batch
WITH failed AS (
    SELECT {by} AS member, count(*) AS value FROM returns x WHERE x.kind = 'claim' AND x.defect_code IS NOT NULL AND x.batch IS NOT NULL AND NOT is_tester(x.golden_id)
  AND x.registered_at < $until GROUP BY ALL
), made AS (
    SELECT {by} AS member, sum(x.qty_good) AS value FROM production_runs x WHERE x.completed_at < $until GROUP BY ALL
)
SELECT coalesce(failed.member, made.member), coalesce(failed.value, 0) / nullif(made.value, 0) * 1000
FROM failed FULL JOIN made ON failed.member IS NOT DISTINCT FROM made.member
