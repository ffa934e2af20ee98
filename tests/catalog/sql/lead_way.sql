-- by source_channel: l.source_channel
-- by campaign: k.name
SELECT {by} AS member, avg(CASE WHEN l.qualified_at >= l.created_at AND o.created_at >= l.qualified_at
         AND o.closed_at >= o.created_at AND o.outcome = 'won'
         AND greatest(l.qualified_at, o.created_at, o.closed_at) <= l.created_at + INTERVAL 180 DAY THEN 1.0 ELSE 0.0 END)
FROM leads l LEFT JOIN opportunities o ON o.opportunity_id = l.converted_opportunity_id
LEFT JOIN campaigns k ON k.campaign_id = l.source_campaign_id
WHERE NOT is_tester(l.golden_id) AND l.created_at >= $start AND l.created_at < $until
  AND l.created_at + INTERVAL 180 DAY <= TIMESTAMP '2026-06-14 22:00'
GROUP BY ALL
