-- Outbound contacts by people about a lead or, without one, about a deal. Contacts within ten minutes after
-- another about the same are the same attempt.
SELECT interaction_id, addressee, lead_id, opportunity_id, golden_id, user_id, channel, started_at
FROM (
    SELECT
        *,
        lag(started_at) OVER (PARTITION BY addressee ORDER BY started_at, interaction_id) AS former
    FROM (
        SELECT
            interaction_id,
            coalesce(lead_id, opportunity_id) AS addressee,
            lead_id,
            opportunity_id,
            golden_id,
            user_id,
            channel,
            started_at
        FROM interactions
        WHERE direction = 'outbound' AND is_automated IS NOT TRUE AND coalesce(lead_id, opportunity_id) IS NOT NULL
    ) AS contacts
) AS followed
WHERE former IS NULL OR started_at > former + INTERVAL '10 minutes'
