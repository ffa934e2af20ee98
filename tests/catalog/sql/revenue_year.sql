-- by team: t.name
SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS value
FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN teams t USING (team_id)
WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
  AND berlin_day(o.ordered_at) >= date_trunc('year', $end::DATE - 1) AND o.ordered_at < $until
GROUP BY ALL
