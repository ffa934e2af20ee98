-- by team: t.name
-- by product_category: p.category
WITH sent AS (
    SELECT quote_root_id, opportunity_id, golden_id, min(issued_at) AS first_sent, any_value(currency) AS currency,
           arg_max(amount, revision) AS amount, arg_max(status, revision) AS status,
           arg_max(amount / nullif(list_amount, 0), revision) AS level, arg_max(list_amount, revision) AS listed
    FROM quotes WHERE issued_at IS NOT NULL GROUP BY ALL
)
SELECT {by} AS member, sum(eur(s.amount, s.currency, berlin_day(s.first_sent)))
FROM sent s LEFT JOIN opportunities o USING (opportunity_id) LEFT JOIN teams t ON t.team_id = o.team_id
LEFT JOIN products p ON p.product_id = o.product_id
WHERE NOT is_tester(s.golden_id) AND s.first_sent >= $start AND s.first_sent < $until
GROUP BY ALL
