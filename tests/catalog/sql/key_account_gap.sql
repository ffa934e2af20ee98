SELECT '' AS member, (SELECT sum(CASE WHEN c.is_key_account THEN v END) / sum(v) FROM (
    SELECT eur(l.net_amount, o.currency, berlin_day(o.ordered_at)) AS v, version_at(o.golden_id, o.ordered_at) AS k
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
) s LEFT JOIN customers c ON c.customer_key = s.k) - (SELECT benchmark_value FROM market_data WHERE benchmark_name = 'key account share' AND period = CAST(year(CAST($end AS DATE) - 1) AS VARCHAR))
