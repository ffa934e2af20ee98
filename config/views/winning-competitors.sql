-- One row per opportunity: the competitor that took it. Where several are named, none is taken, for an amount
-- has one winner.
SELECT
    o.opportunity_id,
    CASE WHEN count(c.competitor_id) = 1 THEN min(c.competitor_id) END AS competitor_id
FROM opportunities AS o
LEFT JOIN opportunity_competitors AS c
    ON c.opportunity_id = o.opportunity_id
    AND c.role = 'winner'
GROUP BY o.opportunity_id
