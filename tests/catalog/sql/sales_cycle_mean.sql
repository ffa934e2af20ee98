-- by opportunity_kind: o.opportunity_kind
SELECT {by} AS member, avg(elapsed_hours(o.created_at, o.closed_at) / 24)
FROM opportunities o
WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id) AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
