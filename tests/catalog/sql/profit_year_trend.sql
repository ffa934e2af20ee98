-- by customer: golden_id
WITH lines AS (
    SELECT o.golden_id, berlin_day(o.ordered_at) >= year_before($end) AS late,
           eur(l.net_amount - l.cost_amount, o.currency, berlin_day(o.ordered_at)) AS profit
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND l.cost_amount IS NOT NULL
      AND berlin_day(o.ordered_at) >= year_before(year_before($end)) AND berlin_day(o.ordered_at) < $end
)
SELECT {by} AS member, coalesce(sum(profit) FILTER (late), 0) / nullif(sum(profit) FILTER (NOT late), 0) - 1
FROM lines GROUP BY ALL
