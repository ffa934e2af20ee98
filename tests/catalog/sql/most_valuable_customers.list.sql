WITH lines AS (
    SELECT o.*, berlin_day(o.ordered_at) AS day, l.cost_amount,
        eur(l.net_amount, o.currency, berlin_day(o.ordered_at)) AS net,
        eur(l.net_amount - l.cost_amount, o.currency, berlin_day(o.ordered_at)) AS profit
    FROM orders o LEFT JOIN order_lines l USING (order_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
), scored AS (
    SELECT entity_id AS golden_id, score FROM scores
    WHERE entity_type = 'customer' AND model_id = 'usage-score' AND scored_at < $until
    QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY scored_at DESC) = 1
        AND scored_at + INTERVAL 7 DAY >= $until
)
SELECT golden_id,
    sum(profit) FILTER (day >= year_before($end) AND day < $end)
        / (SELECT sum(profit) FROM lines WHERE day >= year_before($end) AND day < $end),
    sum(profit) FILTER (day >= year_before($end) AND day < $end)
        / nullif(sum(profit) FILTER (day >= year_before(year_before($end)) AND day < year_before($end)), 0) - 1,
    any_value(scored.score),
    coalesce(sum(net) FILTER (ordered_at >= $start AND ordered_at < $until), 0),
    count(DISTINCT order_id) FILTER (ordered_at >= $start AND ordered_at < $until)::DOUBLE,
    sum(profit) FILTER (day >= year_before($end) AND day < $end) AS earned
FROM lines LEFT JOIN scored USING (golden_id)
WHERE golden_id IS NOT NULL GROUP BY ALL HAVING earned IS NOT NULL
ORDER BY earned DESC, golden_id LIMIT 20
