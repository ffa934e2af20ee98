-- by campaign_channel: c.channel
WITH cost AS (
    SELECT {by} AS member, sum(k.amount) AS value FROM campaign_costs k JOIN campaigns c USING (campaign_id)
    WHERE k.kind = 'actual' AND k.cost_date >= $first AND k.cost_date < $end GROUP BY ALL
), profit AS (
    SELECT {by} AS member, sum(eur(l.net_amount - l.cost_amount, o.currency, berlin_day(o.ordered_at))) AS value
    FROM order_lines l JOIN orders o USING (order_id) JOIN campaigns c USING (campaign_id)
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until GROUP BY ALL
)
SELECT member, (coalesce(profit.value, 0) - cost.value) / cost.value FROM cost FULL JOIN profit USING (member)
