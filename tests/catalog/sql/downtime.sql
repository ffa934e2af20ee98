-- by plant: r.plant
-- by product: p.name
SELECT {by} AS member, sum(r.downtime_min)
FROM production_runs r LEFT JOIN products p USING (product_id)
WHERE r.completed_at >= $start AND r.completed_at < $until
GROUP BY ALL
