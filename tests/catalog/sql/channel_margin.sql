-- by sales_channel: o.sales_channel
WITH cost AS (
    SELECT {by} AS member, sum(r.cost_per_contact) AS value FROM orders o
    JOIN cost_rates r ON r.team_id = o.team_id AND r.channel = o.sales_channel
        AND berlin_day(o.ordered_at) >= r.valid_from
        AND berlin_day(o.ordered_at) < coalesce(r.valid_to, DATE '9999-01-01')
    WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
), earned AS (
    SELECT {by} AS member, sum(eur(l.net_amount - l.cost_amount, o.currency, berlin_day(o.ordered_at))) AS value,
           sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS sold
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.status IS DISTINCT FROM 'cancelled' AND l.cost_amount IS NOT NULL AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
)
SELECT coalesce(earned.member, cost.member),
       (coalesce(earned.value, 0) - coalesce(cost.value, 0)) / nullif(earned.sold, 0)
FROM earned FULL JOIN cost ON earned.member IS NOT DISTINCT FROM cost.member
