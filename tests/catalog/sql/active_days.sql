-- by application: u.application
-- by customer: u.golden_id
-- by feature: u.feature
SELECT {by} AS member, count(DISTINCT (u.golden_id, u.date))
FROM app_usage u
WHERE NOT is_tester(u.golden_id) AND u.date >= $first AND u.date < $end AND u.user_ref <> 'sync'
GROUP BY ALL
