-- by outcome: o.outcome
SELECT {by} AS member, count(*)
FROM opportunities o
WHERE (o.outcome = 'won' OR o.outcome = 'lost') AND NOT is_tester(o.golden_id)
  AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
