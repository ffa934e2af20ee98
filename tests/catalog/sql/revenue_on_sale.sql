-- by product_category: p.category
-- by age_on_sale: CASE WHEN a.days < 0 THEN 'before launch' WHEN a.days < 91 THEN 'first quarter' WHEN a.days < 182 THEN 'first half year' WHEN a.days < 365 THEN 'first year' WHEN a.days < 730 THEN 'second year' WHEN a.days < 1095 THEN 'third year' ELSE 'later' END
WITH a AS (
    SELECT l.*, o.currency, o.ordered_at, date_diff('day', q.launched_at, CAST(o.ordered_at AS DATE)) AS days
    FROM order_lines l JOIN orders o USING (order_id) JOIN products q USING (product_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
)
SELECT {by} AS member, sum(eur(a.net_amount, a.currency, berlin_day(a.ordered_at)))
FROM a JOIN products p USING (product_id)
GROUP BY ALL
