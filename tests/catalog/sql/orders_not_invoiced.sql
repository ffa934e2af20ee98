-- by sales_channel: o.sales_channel
WITH a AS (
    SELECT {by} AS member, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS value
    FROM order_lines l JOIN orders o USING (order_id) LEFT JOIN teams t USING (team_id)
    WHERE o.status IS DISTINCT FROM 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
      AND o.sales_channel IS DISTINCT FROM 'shop'
    GROUP BY ALL
), b AS (
    SELECT {by} AS member, sum(eur(i.amount, i.currency, berlin_day(i.issued_at))) AS value
    FROM invoices i LEFT JOIN orders o USING (order_id)
    WHERE i.kind = 'goods' AND NOT is_tester(i.golden_id) AND i.issued_at >= $start AND i.issued_at < $until
    GROUP BY ALL
)
SELECT coalesce(a.member, b.member), coalesce(a.value, 0) - coalesce(b.value, 0)
FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
