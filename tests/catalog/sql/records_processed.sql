-- by application: u.application
-- by customer: u.golden_id
SELECT {by} AS member, sum(u.records_processed)
FROM app_usage u
WHERE NOT is_tester(u.golden_id) AND u.date >= $first AND u.date < $end AND TRUE
GROUP BY ALL
