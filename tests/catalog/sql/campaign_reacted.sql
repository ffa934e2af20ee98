-- by campaign: c.name
-- by campaign_channel: c.channel
-- by list_source: m.list_source
-- by segment: segment_at(m.golden_id, m.addressed_at)
SELECT {by} AS member, avg(CASE WHEN m.first_response_at >= m.addressed_at THEN 1.0 ELSE 0.0 END)
FROM campaign_members m LEFT JOIN campaigns c USING (campaign_id)
WHERE NOT is_tester(m.golden_id) AND m.addressed_at >= $start AND m.addressed_at < $until AND TRUE
GROUP BY ALL
