-- Versions of an opportunity's estimate: each holds from an entry into a stage up to the next, the last for good.
SELECT
    h.opportunity_id,
    h.amount_at_entry AS amount,
    o.currency,
    h.entered_at AS valid_from,
    lead(h.entered_at) OVER (PARTITION BY h.opportunity_id ORDER BY h.seq) AS valid_to
FROM stage_history AS h
INNER JOIN opportunities AS o ON o.opportunity_id = h.opportunity_id
