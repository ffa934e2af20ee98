-- by return_decision: r.decision
SELECT {by} AS member, sum(r.qty)
FROM returns r
WHERE r.kind = 'claim' AND NOT is_tester(r.golden_id) AND r.registered_at >= $start AND r.registered_at < $until
GROUP BY ALL
