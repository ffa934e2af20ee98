-- by event: r.event_name
-- by source_channel: r.source_channel
-- by campaign: c.name
SELECT {by} AS member, count(*)
FROM event_registrations r LEFT JOIN campaigns c USING (campaign_id)
WHERE NOT is_tester(golden_of(r.contact_id)) AND r.registered_at >= $start AND r.registered_at < $until AND r.kind = 'seminar'
GROUP BY ALL
