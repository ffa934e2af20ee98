-- Registrations with the day of the event; a second seat or badge scan of the same person is marked.
SELECT
    registration_id,
    event_name,
    contact_id,
    campaign_id,
    source_channel,
    kind,
    registered_at,
    confirmed_at,
    cancelled_at,
    held_on,
    attended,
    row_number() OVER (PARTITION BY event_id, contact_id ORDER BY registered_at, registration_id) > 1 AS is_repeat
FROM event_registrations
