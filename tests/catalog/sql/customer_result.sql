-- by customer_type: c.customer_type
-- by segment: segment_at(e.golden_id, e.at)
WITH rated AS (
    SELECT team_id, channel, valid_from, valid_to, cost_per_contact,
           coalesce(cost_per_hour, avg(cost_per_hour) OVER (PARTITION BY team_id, valid_from)) AS cost_per_hour
    FROM cost_rates
), entries AS (
    SELECT o.golden_id, o.ordered_at AS at,
           eur(l.net_amount - l.cost_amount, o.currency, berlin_day(o.ordered_at)) AS value
    FROM order_lines l JOIN orders o USING (order_id) WHERE o.status IS DISTINCT FROM 'cancelled'
    UNION ALL
    SELECT o.golden_id, o.ordered_at, -r.cost_per_contact FROM orders o
    JOIN rated r ON r.team_id = o.team_id AND r.channel = o.sales_channel AND berlin_day(o.ordered_at) >= r.valid_from
        AND berlin_day(o.ordered_at) < coalesce(r.valid_to, DATE '9999-01-01')
    WHERE o.status IS DISTINCT FROM 'cancelled'
    UNION ALL
    SELECT i.golden_id, i.started_at, -round((i.talk_s + i.wrap_s) / 3600 * r.cost_per_hour + r.cost_per_contact, 4)
    FROM interactions i JOIN users u USING (user_id)
    JOIN rated r ON r.team_id = u.team_id AND r.channel = i.channel AND berlin_day(i.started_at) >= r.valid_from
        AND berlin_day(i.started_at) < coalesce(r.valid_to, DATE '9999-01-01')
    WHERE i.is_automated IS NOT TRUE
    UNION ALL
    SELECT golden_id, registered_at, -eur(cost_amount, currency, berlin_day(registered_at)) FROM returns
    UNION ALL
    SELECT m.golden_id, c.cost_date::TIMESTAMP, -eur(c.amount / n.people, c.currency, c.cost_date)
    FROM campaign_costs c
    JOIN (
        SELECT campaign_id, count(addressed_at) AS people FROM campaign_members GROUP BY ALL
    ) n USING (campaign_id)
    JOIN campaign_members m USING (campaign_id)
    WHERE c.kind = 'actual' AND m.addressed_at IS NOT NULL
    UNION ALL
    SELECT v.golden_id, p.paid_at,
           -eur(p.amount, p.currency, berlin_day(p.paid_at)) * (berlin_day(p.paid_at) - berlin_day(v.issued_at)) * 0.06 / 365
    FROM payments p JOIN invoices v USING (invoice_id) WHERE p.status = 'booked'
)
SELECT {by} AS member, sum(e.value)
FROM entries e LEFT JOIN customers c ON c.customer_key = version_at(e.golden_id, e.at)
WHERE e.golden_id IS NOT NULL AND NOT is_tester(e.golden_id) AND e.at >= $start AND e.at < $until
GROUP BY ALL
