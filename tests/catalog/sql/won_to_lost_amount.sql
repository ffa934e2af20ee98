-- by team: t.name
WITH decided AS (
    SELECT {by} AS member, o.outcome, eur(CASE o.outcome WHEN 'won' THEN coalesce(o.amount_actual, o.amount_est)
        ELSE last_amount(o.opportunity_id, o.amount_est) END, o.currency, berlin_day(o.closed_at)) AS amount
    FROM opportunities o LEFT JOIN teams t USING (team_id)
    WHERE o.outcome IN ('won', 'lost') AND NOT is_tester(o.golden_id)
      AND o.closed_at >= $start AND o.closed_at < $until
)
SELECT member, coalesce(sum(amount) FILTER (outcome = 'won'), 0) / nullif(sum(amount) FILTER (outcome = 'lost'), 0)
FROM decided GROUP BY ALL
