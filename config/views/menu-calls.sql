-- One row per call of a known customer that began in the voice menu: did it end there, and did the customer
-- speak to an agent in the 24 hours after?
SELECT
    interaction_id,
    golden_id,
    queue,
    started_at,
    ivr_contained AS ended_in_menu,
    coalesce(agent_at <= started_at + INTERVAL '24 hours', FALSE) AS agent_soon
FROM (
    SELECT
        interaction_id,
        golden_id,
        queue,
        channel,
        direction,
        started_at,
        ivr_contained,
        min(CASE WHEN connected AND user_id IS NOT NULL THEN started_at END) OVER (
            PARTITION BY golden_id ORDER BY started_at, interaction_id
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS agent_at
    FROM interactions
    WHERE golden_id IS NOT NULL
) AS contacts
WHERE channel = 'telephone' AND direction = 'inbound' AND queue IS NOT NULL
