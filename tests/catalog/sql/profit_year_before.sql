-- by sales_channel: o.sales_channel
-- A channel that sold nothing then had a profit of 0.
SELECT {by} AS member, coalesce(sum(eur(l.net_amount - l.cost_amount, o.currency, berlin_day(o.ordered_at)))
    FILTER (berlin_day(o.ordered_at) >= year_before(year_before($end)) AND berlin_day(o.ordered_at) < year_before($end)), 0)
FROM order_lines l JOIN orders o USING (order_id)
WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND l.cost_amount IS NOT NULL
GROUP BY ALL
