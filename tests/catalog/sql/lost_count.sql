-- by loss_reason: o.loss_reason
SELECT {by} AS member, count(*)
FROM opportunities o
WHERE o.outcome = 'lost' AND NOT is_tester(o.golden_id) AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
