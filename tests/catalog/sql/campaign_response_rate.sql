-- by campaign: c.name
-- by campaign_channel: c.channel
-- by list_source: m.list_source
-- by segment: segment_at(m.golden_id, m.addressed_at)
SELECT {by} AS member, avg(CASE
    WHEN m.first_response_at >= m.addressed_at AND m.first_response_at <= m.addressed_at + INTERVAL 30 DAY THEN 1.0
    ELSE 0.0 END)
FROM campaign_members m LEFT JOIN campaigns c USING (campaign_id)
WHERE NOT is_tester(m.golden_id) AND m.addressed_at >= $start AND m.addressed_at < $until AND NOT EXISTS (
    SELECT 1 FROM (
        SELECT e.campaign_id, e.contact_id, arg_max(e.event, e.ts) AS state FROM email_events e
        WHERE e.event IN ('delivered', 'hard', 'soft') GROUP BY e.message_id, e.campaign_id, e.contact_id
    ) e WHERE e.campaign_id = m.campaign_id AND e.contact_id = m.contact_id
    GROUP BY e.contact_id HAVING count(*) FILTER (e.state = 'delivered') = 0)
GROUP BY ALL
