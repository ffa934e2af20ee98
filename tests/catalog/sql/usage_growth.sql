-- by application: u.application
-- by customer: u.golden_id
SELECT {by} AS member, coalesce(sum(u.records_processed) FILTER (u.date >= CAST($end AS DATE) - 30), 0)
    / nullif(sum(u.records_processed) FILTER (u.date < CAST($end AS DATE) - 30), 0) - 1
FROM app_usage u
WHERE NOT is_tester(u.golden_id) AND u.date >= CAST($end AS DATE) - 60 AND u.date < $end AND TRUE
GROUP BY ALL
