-- by event: r.event_name
-- by source_channel: r.source_channel
-- by campaign: c.name
SELECT {by} AS member, count(*)
FROM event_registrations r LEFT JOIN campaigns c USING (campaign_id)
WHERE NOT is_tester(golden_of(r.contact_id)) AND r.held_on >= $first AND r.held_on < $end AND r.kind = 'webinar' AND r.confirmed_at IS NOT NULL AND r.cancelled_at IS NULL
GROUP BY ALL
