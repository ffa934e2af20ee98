-- by team: t.name
SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS value
FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN teams t USING (team_id)
WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
  AND o.ordered_at >= $start AND o.ordered_at < $until
  AND o.opportunity_id IS NOT NULL
GROUP BY ALL
