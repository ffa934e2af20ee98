-- by segment: segment_at(o.golden_id, o.ordered_at)
-- by product_category: p.category
WITH customer AS (
    SELECT {by} AS member, o.golden_id, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS spent
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
    WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
), ranked AS (
    SELECT member, greatest(spent, 0) AS held, count(*) OVER (PARTITION BY member) AS n,
           row_number() OVER (PARTITION BY member ORDER BY spent DESC) AS place
    FROM customer WHERE spent IS NOT NULL
)
SELECT member, sum(CASE WHEN place <= ceil(n / 5) THEN held ELSE 0 END) / nullif(sum(held), 0) FROM ranked GROUP BY ALL
