SELECT *, CAST(amount AS DOUBLE) * CAST(probability AS DOUBLE) AS weighted FROM "opportunities.parquet"
