-- by campaign_type: c.type
SELECT {by} AS member, sum(eur(k.amount, k.currency, k.cost_date))
FROM campaign_costs k LEFT JOIN campaigns c USING (campaign_id)
WHERE k.kind = 'committed' AND k.cost_date >= $first AND k.cost_date < $end
GROUP BY ALL
