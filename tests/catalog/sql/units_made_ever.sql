-- by batch: x.batch
-- by plant: x.plant
SELECT {by} AS member, sum(x.qty_good) FROM production_runs x WHERE x.completed_at < $until GROUP BY ALL
