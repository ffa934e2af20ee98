-- by segment: segment_at(o.golden_id, o.closed_at)
WITH decided AS (
    SELECT {by} AS member, o.outcome, eur(CASE o.outcome WHEN 'won' THEN coalesce(o.amount_actual, o.amount_est)
        ELSE last_amount(o.opportunity_id, o.amount_est) END, o.currency, berlin_day(o.closed_at)) AS amount
    FROM opportunities o
    WHERE o.outcome IN ('won', 'lost') AND NOT is_tester(o.golden_id)
      AND o.closed_at >= $start AND o.closed_at < $until
)
SELECT member, coalesce(sum(amount) FILTER (outcome = 'won'), 0) / sum(amount) FROM decided GROUP BY ALL
