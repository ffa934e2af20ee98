-- by campaign: c.name
-- by campaign_channel: c.channel
-- by list_source: m.list_source
-- by segment: segment_at(m.golden_id, m.first_response_at)
-- by response_type: m.response_type
SELECT {by} AS member, count(*)
FROM campaign_members m LEFT JOIN campaigns c USING (campaign_id)
WHERE NOT is_tester(m.golden_id) AND m.first_response_at >= $start AND m.first_response_at < $until AND m.response_type IN ('demo', 'download', 'call-back')
GROUP BY ALL
