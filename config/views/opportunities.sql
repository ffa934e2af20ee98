-- One row per opportunity, with the value it was won for: the actual amount, else the last estimate.
SELECT
    *,
    coalesce(amount_actual, amount_est) AS amount_won
FROM opportunities
