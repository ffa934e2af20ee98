-- One row per opportunity and stage, dated by the first entry: did it get any further, and is that decided?
WITH stages AS (
    SELECT 'direct-v1' AS process_id, 'Contacted' AS stage, 1 AS place
    UNION ALL SELECT 'direct-v1', 'Needs', 2
    UNION ALL SELECT 'direct-v1', 'Offer', 3
    UNION ALL SELECT 'direct-v1', 'Negotiation', 4
    UNION ALL SELECT 'fleet-v1', 'Contacted', 1
    UNION ALL SELECT 'fleet-v1', 'Fleet survey', 2
    UNION ALL SELECT 'fleet-v1', 'Trial sail', 3
    UNION ALL SELECT 'fleet-v1', 'Offer', 4
    UNION ALL SELECT 'fleet-v1', 'Negotiation', 5
), entries AS (
    SELECT h.opportunity_id, h.stage, s.place, min(h.entered_at) AS entered_at
    FROM stage_history AS h
    INNER JOIN stages AS s ON s.process_id = h.process_id AND s.stage = h.stage
    GROUP BY h.opportunity_id, h.stage, s.place
), furthest AS (
    SELECT opportunity_id, max(place) AS place
    FROM entries
    GROUP BY opportunity_id
)
SELECT
    e.opportunity_id,
    e.stage,
    e.entered_at,
    f.place > e.place OR o.outcome = 'won' AS advanced,
    f.place > e.place OR o.outcome <> 'open' AS decided
FROM entries AS e
INNER JOIN furthest AS f ON f.opportunity_id = e.opportunity_id
INNER JOIN opportunities AS o ON o.opportunity_id = e.opportunity_id
