-- by product: p.name
-- by team: t.name
SELECT {by} AS member, sum(eur(l.amount, o.currency, berlin_day(o.created_at)))
FROM opportunities o JOIN opportunity_lines l USING (opportunity_id)
LEFT JOIN products p ON p.product_id = l.product_id
LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(o.golden_id) AND o.created_at >= $start AND o.created_at < $until
GROUP BY ALL
