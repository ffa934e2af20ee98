-- The competitor that won a deal against us. Where several are named, none is taken: an amount has one winner.
SELECT
    opportunity_id,
    min(competitor_id) AS competitor_id
FROM opportunity_competitors
WHERE role = 'winner'
GROUP BY opportunity_id
HAVING count(*) = 1
