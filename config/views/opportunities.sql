-- One row per opportunity, with the value it was won for (the actual amount, else the last estimate), and the last
-- estimate above nothing: amounts are often set to zero when a deal is closed.
SELECT
    o.*,
    coalesce(o.amount_actual, o.amount_est) AS amount_won,
    coalesce(nullif(o.amount_est, 0), h.amount_at_entry) AS amount_last
FROM opportunities AS o
LEFT JOIN (
    SELECT
        opportunity_id,
        amount_at_entry,
        row_number() OVER (PARTITION BY opportunity_id ORDER BY seq DESC) AS place
    FROM stage_history
    WHERE amount_at_entry <> 0
) AS h ON h.opportunity_id = o.opportunity_id AND h.place = 1
