-- by application: u.application
-- by customer: u.golden_id
SELECT {by} AS member, sum(u.records_processed)
FROM app_usage u
WHERE NOT is_tester(u.golden_id) AND u.date >= CAST($end AS DATE) - 60 AND u.date < CAST($end AS DATE) - 30 AND TRUE
GROUP BY ALL
