SELECT '' AS member, count(*) FILTER (o.outcome = 'won') / nullif(count(*), 0) - (SELECT benchmark_value FROM market_data WHERE benchmark_name = 'win rate' AND period = CAST(year(CAST($end AS DATE) - 1) AS VARCHAR))
FROM opportunities o
WHERE NOT is_tester(o.golden_id) AND o.outcome IN ('won', 'lost') AND o.closed_at >= $start AND o.closed_at < $until
