-- by case_type: c.type
-- by customer: c.golden_id
SELECT {by} AS member, count(*)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND c.created_at < $until
  AND berlin_day(c.created_at) >= CAST($end AS DATE) - 182
GROUP BY ALL
