-- by case_age: CASE WHEN date_diff('day', berlin_day(c.created_at), CAST($end AS DATE)) <= 3 THEN 'up to 2 days' WHEN date_diff('day', berlin_day(c.created_at), CAST($end AS DATE)) <= 8 THEN '3 to 7 days' WHEN date_diff('day', berlin_day(c.created_at), CAST($end AS DATE)) <= 31 THEN '8 to 30 days' ELSE 'more than 30 days' END
-- by priority: c.priority
SELECT {by} AS member, count(*)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.created_at < $until AND (c.resolved_at IS NULL OR c.resolved_at >= $until)
GROUP BY ALL
