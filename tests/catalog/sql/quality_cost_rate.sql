-- by product: p.name
WITH rated AS (
    SELECT team_id, channel, valid_from, valid_to, cost_per_contact, cost_per_hour IS NOT NULL AS known,
           coalesce(cost_per_hour, avg(cost_per_hour) OVER (PARTITION BY team_id, valid_from)) AS cost_per_hour
    FROM cost_rates
), spent AS (
    SELECT CASE WHEN k.type = 'claim' THEN 'warranty' ELSE 'time' END AS kind, i.golden_id, u.team_id, k.product_id,
           i.started_at AS at, r.known,
           round((i.talk_s + i.wrap_s) / 3600 * r.cost_per_hour + r.cost_per_contact, 4) AS value
    FROM interactions i JOIN users u USING (user_id)
    JOIN rated r ON r.team_id = u.team_id AND r.channel = i.channel AND berlin_day(i.started_at) >= r.valid_from
        AND berlin_day(i.started_at) < coalesce(r.valid_to, DATE '9999-01-01')
    LEFT JOIN cases k ON k.case_id = i.case_id
    WHERE i.is_automated IS NOT TRUE AND (i.case_id IS NOT NULL OR i.queue IS NOT NULL)
    UNION ALL
    SELECT 'parts', golden_id, team_id, product_id, issued_at, NULL, eur(parts_cost, currency, berlin_day(issued_at))
    FROM invoices WHERE kind = 'service'
    UNION ALL
    SELECT kind, golden_id, NULL, product_id, registered_at, NULL, eur(cost_amount, currency, berlin_day(registered_at))
    FROM returns
), cost AS (
    SELECT {by} AS member, sum(s.value) AS value
    FROM spent s LEFT JOIN teams t USING (team_id) LEFT JOIN products p USING (product_id)
    WHERE NOT is_tester(s.golden_id) AND berlin_day(s.at) >= $end::DATE - INTERVAL 12 MONTH AND s.at < $until
      AND s.kind IN ('claim', 'return', 'warranty')
    GROUP BY ALL
), sold AS (
    SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS value
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN products p USING (product_id)
    WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
      AND berlin_day(o.ordered_at) >= $end::DATE - INTERVAL 12 MONTH AND o.ordered_at < $until
    GROUP BY ALL
)
SELECT coalesce(cost.member, sold.member), coalesce(cost.value, 0) / nullif(sold.value, 0)
FROM cost FULL JOIN sold ON cost.member IS NOT DISTINCT FROM sold.member
