-- Customers turning to service: a case they opened, or a contact of theirs about a case or in a service queue.
SELECT 'case' AS kind, case_id AS event_id, golden_id, channel, created_at AS happened_at
FROM cases
UNION ALL
SELECT 'contact', interaction_id, golden_id, channel, started_at
FROM interactions
WHERE direction = 'inbound' AND (case_id IS NOT NULL OR queue IS NOT NULL)
