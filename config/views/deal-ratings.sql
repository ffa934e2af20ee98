-- One row per opportunity: the solvency of its customer on the day it was opened.
SELECT
    o.opportunity_id,
    c.solvency_band
FROM opportunities AS o
INNER JOIN credit_status AS c
    ON c.golden_id = o.golden_id
    AND CAST(timezone('Europe/Berlin', timezone('UTC', o.created_at)) AS DATE) >= c.valid_from
    AND (c.valid_to IS NULL OR CAST(timezone('Europe/Berlin', timezone('UTC', o.created_at)) AS DATE) < c.valid_to)
