-- by product_category: p.category
-- by sales_channel: o.sales_channel
WITH lines AS (
    SELECT {by} AS member, eur(l.net_amount, o.currency, berlin_day(o.ordered_at)) AS net,
           eur(l.cost_amount, o.currency, berlin_day(o.ordered_at)) AS cost
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
    WHERE l.cost_amount IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
)
SELECT member, (sum(net) - sum(cost)) / sum(net) FROM lines GROUP BY ALL
