-- by campaign_channel: c.channel
SELECT {by} AS member, count(*)
FROM leads l LEFT JOIN campaigns c ON c.campaign_id = l.source_campaign_id
WHERE l.source_campaign_id IS NOT NULL AND NOT is_tester(l.golden_id)
  AND l.qualified_at >= $start AND l.qualified_at < $until
GROUP BY ALL
