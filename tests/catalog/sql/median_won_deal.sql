-- by team: t.name
SELECT {by} AS member, median(eur(coalesce(o.amount_actual, o.amount_est), o.currency, berlin_day(o.closed_at)))
FROM opportunities o LEFT JOIN teams t USING (team_id)
WHERE o.outcome = 'won' AND coalesce(o.amount_actual, o.amount_est) <> 0 AND NOT is_tester(o.golden_id)
  AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
