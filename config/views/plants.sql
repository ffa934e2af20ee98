-- One row per product made in a plant.
SELECT product_id, min(plant) AS plant
FROM production_runs
GROUP BY product_id
