-- One row per opportunity and stage, dated by the first entry: when did it get any further, and when was that decided?
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
)
SELECT
    e.opportunity_id,
    e.stage,
    e.entered_at,
    -- When it got to a later stage or was won, and when that was decided; what has no time is left out by both.
    least(l.entered_at, CASE WHEN o.outcome = 'won' THEN o.closed_at END) AS advanced_at,
    least(l.entered_at, CASE WHEN o.outcome <> 'open' THEN o.closed_at END) AS decided_at
FROM entries AS e
INNER JOIN opportunities AS o ON o.opportunity_id = e.opportunity_id
LEFT JOIN (
    SELECT e.opportunity_id, e.place, min(f.entered_at) AS entered_at
    FROM entries AS e
    INNER JOIN entries AS f ON f.opportunity_id = e.opportunity_id AND f.place > e.place
    GROUP BY e.opportunity_id, e.place
) AS l ON l.opportunity_id = e.opportunity_id AND l.place = e.place
