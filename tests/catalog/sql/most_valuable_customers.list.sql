WITH lines AS (
    SELECT o.*, berlin_day(o.ordered_at) AS day, l.cost_amount,
        eur(l.net_amount, o.currency, berlin_day(o.ordered_at)) AS net,
        eur(l.net_amount - l.cost_amount, o.currency, berlin_day(o.ordered_at)) AS profit
    FROM orders o LEFT JOIN order_lines l USING (order_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.golden_id IS NOT NULL
)
SELECT golden_id,
    coalesce(sum(net) FILTER (ordered_at >= $start AND ordered_at < $until), 0),
    count(DISTINCT order_id) FILTER (ordered_at >= $start AND ordered_at < $until)::DOUBLE,
    sum(profit) FILTER (day >= $end::DATE - INTERVAL 12 MONTH AND day < $end) AS earned
FROM lines GROUP BY ALL HAVING earned IS NOT NULL
ORDER BY earned DESC, golden_id LIMIT 20
