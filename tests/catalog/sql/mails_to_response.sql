-- by campaign: f.campaign
-- by list_source: f.list_source
WITH mail AS (
    SELECT message_id, any_value(campaign_id) AS campaign_id, contact_id, min(ts) FILTER (event = 'sent') AS sent_at,
           arg_max(event, ts) FILTER (event IN ('delivered', 'hard', 'soft')) = 'delivered' AS s2,
           min(ts) FILTER (NOT is_machine AND (event = 'open' OR event = 'click' AND link NOT LIKE '%unsubscribe%')) AS opened_at,
           min(ts) FILTER (NOT is_machine AND event = 'click' AND link NOT LIKE '%unsubscribe%') AS clicked_at
    FROM email_events GROUP BY message_id, contact_id
), told AS (
    SELECT m.*, c.name AS campaign, n.list_source, m.sent_at + INTERVAL 30 DAY AS term,
           p.first_response_at, l.created_at AS lead_at, o.created_at AS deal_at,
           CASE WHEN o.outcome = 'won' THEN o.closed_at END AS won_at
    FROM mail m LEFT JOIN campaigns c USING (campaign_id) LEFT JOIN contacts n USING (contact_id)
    LEFT JOIN campaign_members p USING (campaign_id, contact_id) LEFT JOIN leads l ON l.lead_id = p.lead_id
    LEFT JOIN opportunities o ON o.opportunity_id = l.converted_opportunity_id
), flags AS (
    SELECT *, s2 AND coalesce(opened_at <= term, FALSE) AS s3,
           s3 AND coalesce(clicked_at <= term, FALSE) AS s4,
           s4 AND coalesce(first_response_at BETWEEN sent_at AND term, FALSE) AS s5,
           s5 AND coalesce(lead_at BETWEEN sent_at AND term, FALSE) AS s6,
           s6 AND coalesce(deal_at BETWEEN sent_at AND term, FALSE) AS s7,
           s7 AND coalesce(won_at <= term, FALSE) AS s8, TRUE AS s1
    FROM told
)
SELECT {by} AS member, count(*) FILTER (f.s5) / nullif(count(*) FILTER (f.s4), 0)
FROM flags f WHERE NOT is_tester(golden_of(f.contact_id)) AND f.sent_at >= $start AND f.sent_at < $until
GROUP BY ALL
