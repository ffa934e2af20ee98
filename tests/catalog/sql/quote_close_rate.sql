-- by price_band: CASE WHEN s.listed > 0 THEN CASE WHEN s.level > 0.999 THEN 'none' WHEN s.level > 0.95 THEN 'below 5 %' WHEN s.level > 0.9 THEN '5 to 10 %' WHEN s.level > 0.8 THEN '10 to 20 %' ELSE '20 % and more' END END
-- by team: t.name
-- by product_category: p.category
WITH sent AS (
    SELECT quote_root_id, opportunity_id, golden_id, min(issued_at) AS first_sent, any_value(currency) AS currency,
           arg_max(amount, revision) AS amount, arg_max(status, revision) AS status,
           arg_max(amount / nullif(list_amount, 0), revision) AS level, arg_max(list_amount, revision) AS listed
    FROM quotes WHERE issued_at IS NOT NULL GROUP BY ALL
)
SELECT {by} AS member, avg(CASE WHEN s.status = 'accepted' THEN 1.0 ELSE 0.0 END)
FROM sent s LEFT JOIN opportunities o USING (opportunity_id) LEFT JOIN teams t ON t.team_id = o.team_id
LEFT JOIN products p ON p.product_id = o.product_id
WHERE NOT is_tester(s.golden_id) AND s.first_sent >= $start AND s.first_sent < $until
GROUP BY ALL
