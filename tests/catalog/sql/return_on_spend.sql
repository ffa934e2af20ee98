-- by campaign_channel: c.channel
WITH cost AS (
    SELECT {by} AS member, sum(k.amount) AS value FROM campaign_costs k JOIN campaigns c USING (campaign_id)
    WHERE k.kind = 'actual' AND k.cost_date >= $first AND k.cost_date < $end GROUP BY ALL
), won AS (
    SELECT {by} AS member, sum(eur(coalesce(o.amount_actual, o.amount_est), o.currency, berlin_day(o.closed_at))) AS value
    FROM opportunities o JOIN campaigns c ON c.campaign_id = o.source_campaign_id
    WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id)
      AND o.closed_at >= $start AND o.closed_at < $until GROUP BY ALL
)
SELECT member, coalesce(won.value, 0) / cost.value FROM cost FULL JOIN won USING (member)
