-- by segment: segment_at(o.golden_id, o.closed_at)
-- by team: t.name
-- by rival: r.name
SELECT {by} AS member,
       count(DISTINCT CASE WHEN o.outcome = 'won' THEN o.opportunity_id END) / count(DISTINCT o.opportunity_id)
FROM opportunities o LEFT JOIN teams t USING (team_id)
LEFT JOIN opportunity_competitors x ON x.opportunity_id = o.opportunity_id
LEFT JOIN competitors r ON r.competitor_id = x.competitor_id
WHERE o.outcome IN ('won', 'lost') AND NOT is_tester(o.golden_id)
  AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
