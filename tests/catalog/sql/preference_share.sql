-- by brand: p.brand
WITH spent AS (
    SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS amount
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
    WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
)
SELECT member, amount / sum(amount) OVER () FROM spent
