-- by campaign: c.name
-- by campaign_channel: c.channel
-- by list_source: m.list_source
-- by segment: segment_at(m.golden_id, m.first_response_at)
-- by advert: m.advert_id
SELECT {by} AS member, count(DISTINCT coalesce(m.contact_id, m.visitor_id, m.lead_id))
FROM campaign_members m LEFT JOIN campaigns c USING (campaign_id)
WHERE NOT is_tester(m.golden_id) AND m.first_response_at >= $start AND m.first_response_at < $until AND TRUE
GROUP BY ALL
