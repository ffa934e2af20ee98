-- by sales_channel: o.sales_channel
SELECT {by} AS member, coalesce(sum(r.cost_per_contact), 0) / count(*)
FROM orders o LEFT JOIN cost_rates r ON r.team_id = o.team_id AND r.channel = o.sales_channel
    AND r.valid_from <= berlin_day(o.ordered_at) AND (r.valid_to IS NULL OR r.valid_to > berlin_day(o.ordered_at))
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
