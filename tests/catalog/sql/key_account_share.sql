-- by sales_channel: o.sales_channel
WITH lines AS (
    SELECT {by} AS member, c.is_key_account AS ours, eur(l.net_amount, o.currency, berlin_day(o.ordered_at)) AS net
    FROM order_lines l JOIN orders o USING (order_id)
    LEFT JOIN customers c ON c.customer_key = version_at(o.golden_id, o.ordered_at)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
)
SELECT member, sum(CASE WHEN ours THEN net ELSE 0 END) / sum(net) FROM lines GROUP BY ALL
