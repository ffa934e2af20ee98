-- Versions of an opportunity's estimate: each holds from an entry into a stage up to the next, the last for good. Of an
-- opportunity that was never in a stage only its present estimate is known.
SELECT
    h.opportunity_id,
    h.amount_at_entry AS amount,
    o.currency,
    h.entered_at AS valid_from,
    lead(h.entered_at) OVER (PARTITION BY h.opportunity_id ORDER BY h.seq) AS valid_to
FROM stage_history AS h
INNER JOIN opportunities AS o ON o.opportunity_id = h.opportunity_id
UNION ALL
SELECT o.opportunity_id, o.amount_est, o.currency, o.created_at, CAST(NULL AS TIMESTAMP)
FROM opportunities AS o
WHERE NOT EXISTS (SELECT 1 FROM stage_history AS h WHERE h.opportunity_id = o.opportunity_id)
