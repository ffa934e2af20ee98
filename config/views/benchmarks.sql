-- Benchmarks of the trade, each holding for its year.
SELECT
    record_id,
    benchmark_name,
    benchmark_value,
    source,
    CAST(substr(period, 1, 4) || '-01-01' AS DATE) AS begins,
    CAST(CAST(CAST(substr(period, 1, 4) AS INTEGER) + 1 AS VARCHAR) || '-01-01' AS DATE) AS ends
FROM market_data
WHERE benchmark_name IS NOT NULL
