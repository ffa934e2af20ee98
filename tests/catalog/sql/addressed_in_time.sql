-- by source_channel: l.source_channel
-- Answered, or 24 hours over by the time of the report (14 June 2026, 22:00 UTC).
SELECT {by} AS member,
    count(*) FILTER (WHERE l.first_addressed_at BETWEEN l.first_contact_at AND l.first_contact_at + INTERVAL 24 HOUR)
    / nullif(count(*) FILTER (
        WHERE l.first_addressed_at IS NOT NULL OR l.first_contact_at + INTERVAL 24 HOUR <= TIMESTAMP '2026-06-14 22:00:00'
    ), 0)
FROM leads l
WHERE NOT is_tester(l.golden_id) AND l.first_contact_at >= $start AND l.first_contact_at < $until
GROUP BY ALL
