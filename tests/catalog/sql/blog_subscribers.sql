-- by source_channel: r.source_channel
SELECT {by} AS member, count(*)
FROM event_registrations r
WHERE NOT is_tester(golden_of(r.contact_id)) AND r.kind = 'blog' AND r.confirmed_at < $until
  AND (r.cancelled_at IS NULL OR r.cancelled_at >= $until)
GROUP BY ALL
