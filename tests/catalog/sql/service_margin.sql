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
    SELECT sum(s.value) AS value FROM spent s
    WHERE NOT is_tester(s.golden_id) AND s.at >= $start AND s.at < $until AND s.kind <> 'return'
), earned AS (
    SELECT sum(eur(i.amount, i.currency, berlin_day(i.issued_at))) AS value FROM invoices i
    WHERE i.kind = 'service' AND NOT is_tester(i.golden_id) AND i.issued_at >= $start AND i.issued_at < $until
)
SELECT '' AS member, coalesce(earned.value, 0) - coalesce(cost.value, 0) FROM earned, cost
