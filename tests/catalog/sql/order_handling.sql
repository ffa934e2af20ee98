-- by sales_channel: o.sales_channel
SELECT {by} AS member, sum(r.cost_per_contact) AS value FROM orders o
JOIN cost_rates r ON r.team_id = o.team_id AND r.channel = o.sales_channel
    AND berlin_day(o.ordered_at) >= r.valid_from
    AND berlin_day(o.ordered_at) < coalesce(r.valid_to, DATE '9999-01-01')
WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
  AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
