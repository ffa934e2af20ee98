-- by customer_type: (SELECT c.customer_type FROM customers c WHERE c.customer_key = version_at(o.golden_id, o.ordered_at))
WITH customer AS (
    SELECT o.golden_id, max(o.ordered_at) AS latest, count(DISTINCT o.order_id) AS orders,
           sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS spent
    FROM orders o LEFT JOIN order_lines l USING (order_id)
    WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND berlin_day(o.ordered_at) >= year_before($end) AND o.ordered_at < $until
    GROUP BY ALL
), ranked AS (
    SELECT golden_id, coalesce(spent, 0) AS spent,
           row_number() OVER (ORDER BY spent DESC NULLS LAST, golden_id) AS place, count(spent) OVER () AS valued,
           count(*) OVER () AS n,
           row_number() OVER (ORDER BY latest DESC, golden_id) AS recent_place,
           row_number() OVER (ORDER BY orders DESC, golden_id) AS often_place
    FROM customer
), meant AS (SELECT golden_id FROM ranked WHERE recent_place > ceil(CASE WHEN n < 100 THEN n * 2 / 3 ELSE n * 0.8 END) AND often_place > ceil(CASE WHEN n < 100 THEN n * 2 / 3 ELSE n * 0.8 END) AND place > ceil(CASE WHEN valued < 100 THEN valued * 2 / 3 ELSE valued * 0.8 END) AND place <= valued)
SELECT {by} AS member, count(DISTINCT o.golden_id)
FROM orders o JOIN meant USING (golden_id)
WHERE o.status <> 'cancelled' AND berlin_day(o.ordered_at) >= year_before($end) AND o.ordered_at < $until
GROUP BY ALL
