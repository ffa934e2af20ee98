-- One row per mail and recipient, dated by its first sending: how far it led within 30 days. A step counts only with
-- all steps before it, so that no step is larger than the one before; a click shows that the mail was opened.
WITH mails AS (
    SELECT
        message_id,
        campaign_id,
        contact_id,
        min(CASE WHEN event = 'sent' THEN ts END) AS sent_at,
        max(CASE WHEN event = 'delivered' THEN ts END) AS delivered_at,
        max(CASE WHEN event IN ('hard', 'soft') THEN ts END) AS bounced_at,
        min(CASE WHEN event IN ('open', 'click') THEN ts END) AS opened_at,
        min(CASE WHEN event = 'click' THEN ts END) AS clicked_at
    FROM email_events
    -- A machine's opens and clicks are nobody's; the link to unsubscribe is no interest.
    WHERE is_machine IS NOT TRUE
        AND NOT (event = 'click' AND position('unsubscribe' IN coalesce(link, '')) > 0)
    GROUP BY message_id, campaign_id, contact_id
), reached AS (
    SELECT
        m.message_id,
        m.campaign_id,
        m.contact_id,
        m.sent_at,
        coalesce(m.delivered_at > coalesce(m.bounced_at, m.sent_at), FALSE) AS delivered,
        coalesce(m.opened_at <= m.sent_at + INTERVAL '30 days', FALSE) AS opened,
        coalesce(m.clicked_at <= m.sent_at + INTERVAL '30 days', FALSE) AS clicked,
        coalesce(
            p.first_response_at >= m.sent_at AND p.first_response_at <= m.sent_at + INTERVAL '30 days', FALSE
        ) AS responded,
        coalesce(
            l.created_at >= m.sent_at AND l.created_at <= m.sent_at + INTERVAL '30 days', FALSE
        ) AS became_lead,
        coalesce(
            o.created_at >= m.sent_at AND o.created_at <= m.sent_at + INTERVAL '30 days', FALSE
        ) AS became_opportunity,
        coalesce(
            o.outcome = 'won' AND o.closed_at <= m.sent_at + INTERVAL '30 days', FALSE
        ) AS won
    FROM mails AS m
    LEFT JOIN campaign_members AS p ON p.campaign_id = m.campaign_id AND p.contact_id = m.contact_id
    LEFT JOIN leads AS l ON l.lead_id = p.lead_id
    LEFT JOIN opportunities AS o ON o.opportunity_id = l.converted_opportunity_id
)
SELECT
    message_id,
    campaign_id,
    contact_id,
    sent_at,
    CASE
        WHEN NOT delivered THEN 1
        WHEN NOT opened THEN 2
        WHEN NOT clicked THEN 3
        WHEN NOT responded THEN 4
        WHEN NOT became_lead THEN 5
        WHEN NOT became_opportunity THEN 6
        WHEN NOT won THEN 7
        ELSE 8
    END AS steps
FROM reached
