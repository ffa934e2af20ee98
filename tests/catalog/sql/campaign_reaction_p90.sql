-- by campaign: c.name
-- by campaign_channel: c.channel
-- by list_source: m.list_source
-- by segment: segment_at(m.golden_id, m.addressed_at)
SELECT {by} AS member, quantile_cont(elapsed_hours(m.addressed_at, m.first_response_at), 0.9)
FROM campaign_members m LEFT JOIN campaigns c USING (campaign_id)
WHERE NOT is_tester(m.golden_id) AND m.addressed_at >= $start AND m.addressed_at < $until AND TRUE
GROUP BY ALL
