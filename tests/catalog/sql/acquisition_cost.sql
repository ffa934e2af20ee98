SELECT {by} AS member, (
    SELECT sum(k.amount) FROM campaign_costs k
    WHERE k.kind = 'actual' AND k.cost_date >= $first AND k.cost_date < $end
) / (
    SELECT nullif(count(DISTINCT c.golden_id), 0) FROM customers c
    WHERE c.status <> 'merged' AND NOT c.is_test AND began_on(c.golden_id, c.acquired_at) >= $first AND began_on(c.golden_id, c.acquired_at) < $end
)
