SELECT '' AS member, sum(eur(l.net_amount - l.cost_amount, o.currency, berlin_day(o.ordered_at)))
FROM order_lines l JOIN orders o USING (order_id)
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND l.cost_amount IS NOT NULL
  AND berlin_day(o.ordered_at) >= year_before($end) AND berlin_day(o.ordered_at) < $end
