-- by segment: segment_at(o.golden_id, o.ordered_at)
-- by product_category: p.category
WITH customer AS (
    SELECT {by} AS member, o.golden_id, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS spent
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
    WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
)
SELECT member, quantile_cont(spent, 0.9) FROM customer WHERE spent IS NOT NULL GROUP BY ALL
