-- by source_channel: l.source_channel
-- by segment: segment_at(l.golden_id, l.created_at)
SELECT {by} AS member, count(*)
FROM leads l LEFT JOIN opportunities o ON o.opportunity_id = l.converted_opportunity_id
WHERE NOT is_tester(l.golden_id) AND l.created_at >= $start AND l.created_at < $until
  AND l.created_at + INTERVAL 180 DAY <= TIMESTAMP '2026-06-14 22:00'
  AND l.qualified_at BETWEEN l.created_at AND l.created_at + INTERVAL 180 DAY
  AND o.created_at BETWEEN l.qualified_at AND l.created_at + INTERVAL 180 DAY
  AND o.outcome = 'won' AND o.closed_at BETWEEN o.created_at AND l.created_at + INTERVAL 180 DAY
GROUP BY ALL
