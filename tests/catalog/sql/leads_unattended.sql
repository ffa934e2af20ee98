-- by source_channel: l.source_channel
-- by rep: u.name
SELECT {by} AS member, count(*)
FROM leads l LEFT JOIN users u ON u.user_id = l.owner_user_id
WHERE NOT is_tester(l.golden_id)
  AND (l.qualified_at IS NULL OR l.qualified_at >= $until) AND (l.disqualified_at IS NULL OR l.disqualified_at >= $until)
  AND (
    SELECT max(i.started_at) FROM interactions i
    WHERE i.lead_id = l.lead_id AND i.direction = 'outbound' AND NOT i.is_automated AND i.started_at < $until
  ) + INTERVAL 14 DAY < $until
  AND NOT EXISTS (
    FROM tasks t WHERE t.lead_id = l.lead_id AND t.created_at < $until
      AND (t.closed_at IS NULL OR t.closed_at >= $until)
  )
GROUP BY ALL
