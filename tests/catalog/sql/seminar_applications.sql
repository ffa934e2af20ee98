-- by event: r.event_name
-- by source_channel: r.source_channel
-- by campaign: c.name
SELECT {by} AS member, count(*)
FROM event_registrations r LEFT JOIN campaigns c USING (campaign_id)
WHERE NOT is_tester(golden_of(r.contact_id)) AND r.registered_at >= $start AND r.registered_at < $until AND r.kind = 'seminar' AND NOT EXISTS (
    SELECT 1 FROM event_registrations e WHERE e.event_id = r.event_id AND e.contact_id = r.contact_id
      AND (e.registered_at, e.registration_id) < (r.registered_at, r.registration_id))
GROUP BY ALL
