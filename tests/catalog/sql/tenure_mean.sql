-- by tenure_band: CASE WHEN days < 91 THEN 'less than a quarter' WHEN days < 365 THEN 'less than a year' WHEN days < 1096 THEN '1 to 2 years' ELSE '3 years and more' END
SELECT {by} AS member, avg(days + 1)
FROM (
    SELECT date_diff('day', began_on(c.golden_id, c.acquired_at), CAST($end AS DATE)) - 1 AS days
    FROM customers c
    WHERE c.status <> 'merged' AND c.valid_to IS NULL AND NOT is_tester(c.golden_id) AND began_on(c.golden_id, c.acquired_at) < CAST($end AS DATE)
)
GROUP BY ALL
