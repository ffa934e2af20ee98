SELECT '' AS member, (SELECT benchmark_value FROM market_data WHERE benchmark_name = 'key account share' AND period = CAST(year(CAST($end AS DATE) - 1) AS VARCHAR))
