-- by campaign_channel: c.channel
SELECT {by} AS member, sum(CASE k.kind WHEN 'actual' THEN k.amount WHEN 'planned' THEN -k.amount END)
FROM campaign_costs k LEFT JOIN campaigns c USING (campaign_id)
WHERE k.kind IN ('actual', 'planned') AND k.cost_date >= $first AND k.cost_date < $end
GROUP BY ALL
