-- by campaign: c.name
SELECT {by} AS member,
       coalesce(sum(k.amount) FILTER (k.kind = 'actual'), 0) / nullif(sum(k.amount) FILTER (k.kind = 'planned'), 0)
FROM campaign_costs k LEFT JOIN campaigns c USING (campaign_id)
WHERE k.kind IN ('actual', 'planned') AND k.cost_date >= $first AND k.cost_date < $end
GROUP BY ALL
