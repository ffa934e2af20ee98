SELECT {by} AS member, (
    SELECT sum(k.amount) FROM campaign_costs k
    WHERE k.kind = 'actual' AND k.cost_date >= $first AND k.cost_date < $end
) / (
    SELECT nullif(count(DISTINCT c.golden_id), 0) FROM customers c
    WHERE c.status <> 'merged' AND NOT c.is_test AND c.acquired_at >= $first AND c.acquired_at < $end
)
