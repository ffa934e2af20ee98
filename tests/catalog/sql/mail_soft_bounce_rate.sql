-- by campaign: m.campaign
-- by list_source: m.list_source
WITH ranked AS (
    SELECT *, row_number() OVER (PARTITION BY message_id, contact_id ORDER BY ts DESC) AS newest
    FROM email_events WHERE event IN ('delivered', 'hard', 'soft')
), gone AS (
    SELECT contact_id, arg_min(message_id, ts) AS message_id FROM email_events
    WHERE event = 'unsubscribe' GROUP BY contact_id
), mail AS (
    SELECT s.message_id, s.campaign_id, s.contact_id, min(s.ts) AS sent_at,
           any_value(r.event) AS state, any_value(n.list_source) AS list_source, any_value(c.name) AS campaign,
           count(*) FILTER (e.event = 'open' AND NOT e.is_machine) > 0 AS opened,
           count(*) FILTER (e.event = 'click' AND NOT e.is_machine AND e.link NOT LIKE '%unsubscribe%') > 0 AS clicked,
           any_value(g.contact_id) IS NOT NULL AS left_with_it
    FROM email_events s
    JOIN email_events e USING (message_id, contact_id)
    LEFT JOIN ranked r ON r.message_id = s.message_id AND r.contact_id = s.contact_id AND r.newest = 1
    LEFT JOIN gone g ON g.message_id = s.message_id AND g.contact_id = s.contact_id
    LEFT JOIN contacts n ON n.contact_id = s.contact_id LEFT JOIN campaigns c ON c.campaign_id = s.campaign_id
    WHERE s.event = 'sent' GROUP BY s.message_id, s.campaign_id, s.contact_id
)
SELECT {by} AS member, avg(CAST(m.state = 'soft' AS INT))
FROM mail m
WHERE NOT is_tester(golden_of(m.contact_id)) AND m.sent_at >= $start AND m.sent_at < $until AND TRUE
GROUP BY ALL
