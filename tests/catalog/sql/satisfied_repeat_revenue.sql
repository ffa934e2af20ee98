-- by customer_type: (SELECT c.customer_type FROM customers c WHERE c.customer_key = version_at(happened.golden_id, happened.moment))
WITH happened AS (
    SELECT golden_id, ordered_at AS moment, CAST(ordered_at < $start AS INTEGER) AS earlier, 0 AS spent, NULL AS score
    FROM orders WHERE status <> 'cancelled' AND ordered_at < $until
    UNION ALL
    SELECT o.golden_id, o.ordered_at, 0, eur(l.net_amount, o.currency, berlin_day(o.ordered_at)), NULL
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.status <> 'cancelled' AND o.ordered_at >= $start AND o.ordered_at < $until
    UNION ALL
    SELECT golden_id, answered_at, 0, 0, 100 * (score - scale_min) / (scale_max - scale_min)
    FROM surveys
    WHERE subject = 'service' AND berlin_day(answered_at) >= year_before($end) AND answered_at < $until
), customer AS (
    SELECT {by} AS member, golden_id, sum(earlier) > 0 AS known, sum(spent) AS spent, avg(score) AS score
    FROM happened WHERE golden_id IN (SELECT golden_id FROM happened WHERE score IS NOT NULL) AND NOT is_tester(golden_id) GROUP BY ALL
)
SELECT member, sum(spent) FROM customer WHERE known AND round(score, 9) >= 80 GROUP BY ALL
