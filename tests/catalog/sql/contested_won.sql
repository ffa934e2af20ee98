-- by competitor: c.name
SELECT {by} AS member, count(DISTINCT o.opportunity_id)
FROM opportunities o JOIN opportunity_competitors x USING (opportunity_id) JOIN competitors c USING (competitor_id)
WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id) AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
