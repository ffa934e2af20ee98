-- by source_channel: l.source_channel
SELECT {by} AS member, median(elapsed_hours(l.first_contact_at, l.first_addressed_at))
FROM leads l
WHERE NOT is_tester(l.golden_id) AND l.first_contact_at >= $start AND l.first_contact_at < $until
GROUP BY ALL
