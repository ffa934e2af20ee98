-- by event: r.event_name
-- by source_channel: r.source_channel
-- by campaign: c.name
SELECT {by} AS member, count(*)
FROM event_registrations r LEFT JOIN campaigns c USING (campaign_id)
WHERE NOT is_tester(golden_of(r.contact_id)) AND r.confirmed_at >= $start AND r.confirmed_at < $until AND r.kind = 'blog'
GROUP BY ALL
