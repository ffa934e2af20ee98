-- by batch: x.batch
SELECT {by} AS member, count(*) FROM returns x WHERE x.kind = 'claim' AND x.defect_code IS NOT NULL AND x.batch IS NOT NULL AND NOT is_tester(x.golden_id)
  AND x.registered_at < $until GROUP BY ALL
