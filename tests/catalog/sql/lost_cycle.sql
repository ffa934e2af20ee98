-- by process: o.process_id
SELECT {by} AS member, median(elapsed_hours(o.created_at, o.closed_at) / 24)
FROM opportunities o
WHERE o.outcome = 'lost' AND NOT is_tester(o.golden_id) AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
