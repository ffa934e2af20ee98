-- One row per mail and recipient, dated by its first sending: what became of it in the end.
WITH events AS (
    SELECT
        message_id,
        campaign_id,
        contact_id,
        event,
        ts,
        -- A machine's opens and clicks are nobody's; the link to unsubscribe is no interest.
        event = 'open' AND is_machine IS NOT TRUE AS opened,
        event = 'click' AND is_machine IS NOT TRUE AND position('unsubscribe' IN coalesce(link, '')) = 0 AS clicked,
        CASE WHEN event IN ('delivered', 'hard', 'soft') THEN
            row_number() OVER (
                PARTITION BY message_id, contact_id, event IN ('delivered', 'hard', 'soft') ORDER BY ts DESC
            )
        END AS from_last
    FROM email_events
), left_at AS (
    SELECT contact_id, min(ts) AS ts
    FROM email_events
    WHERE event = 'unsubscribe'
    GROUP BY contact_id
)
SELECT
    e.message_id,
    e.campaign_id,
    e.contact_id,
    min(e.ts) AS sent_at,
    -- After retries the last state holds, and a bounce after the delivery takes it back.
    max(CASE WHEN e.from_last = 1 THEN e.event END) AS state,
    min(CASE WHEN e.opened OR e.clicked THEN e.ts END) AS opened_at,
    max(CASE WHEN e.opened THEN 1 ELSE 0 END) = 1 AS opened,
    min(CASE WHEN e.clicked THEN e.ts END) AS clicked_at,
    -- Who unsubscribes from several mails is counted with the first.
    min(CASE WHEN e.event = 'unsubscribe' AND e.ts = l.ts THEN e.ts END) AS unsubscribed_at
FROM events AS e
LEFT JOIN left_at AS l ON l.contact_id = e.contact_id
GROUP BY e.message_id, e.campaign_id, e.contact_id
