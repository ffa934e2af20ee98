-- One row per campaign member: one name for the person, and whether the answer counts. A mail that came back, be it late,
-- was no address, and an answer before the address had another cause.
WITH states AS (
    SELECT
        campaign_id,
        contact_id,
        event,
        row_number() OVER (PARTITION BY message_id, contact_id ORDER BY ts DESC) AS from_last
    FROM email_events
    WHERE event IN ('delivered', 'hard', 'soft')
), returned AS (
    SELECT campaign_id, contact_id
    FROM states
    WHERE from_last = 1
    GROUP BY campaign_id, contact_id
    HAVING max(CASE WHEN event = 'delivered' THEN 1 ELSE 0 END) = 0
)
SELECT
    m.member_id,
    m.campaign_id,
    m.contact_id,
    m.lead_id,
    m.golden_id,
    m.advert_id,
    m.list_source,
    m.addressed_at,
    m.first_response_at,
    m.response_type,
    coalesce(m.contact_id, m.visitor_id, m.lead_id) AS person,
    r.contact_id IS NOT NULL AS undelivered,
    coalesce(m.first_response_at >= m.addressed_at, FALSE) AS answered,
    coalesce(
        m.first_response_at >= m.addressed_at AND m.first_response_at <= m.addressed_at + INTERVAL '30 days', FALSE
    ) AS answered_in_time
FROM campaign_members AS m
LEFT JOIN returned AS r ON r.campaign_id = m.campaign_id AND r.contact_id = m.contact_id
