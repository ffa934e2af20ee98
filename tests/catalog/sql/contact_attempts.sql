-- by contact_channel: channel
-- by lead_status: lead_status
WITH contacts AS (
    SELECT i.*, coalesce(i.lead_id, i.opportunity_id) AS about, d.status AS lead_status
    FROM interactions i LEFT JOIN leads d USING (lead_id)
    WHERE i.direction = 'outbound' AND NOT i.is_automated AND (i.lead_id IS NOT NULL OR i.opportunity_id IS NOT NULL)
), attempt AS (
    SELECT * FROM contacts c WHERE NOT EXISTS (
        SELECT 1 FROM contacts former WHERE former.about = c.about
          AND former.started_at <= c.started_at AND former.started_at >= c.started_at - INTERVAL 10 MINUTE
          AND (former.started_at < c.started_at OR former.interaction_id < c.interaction_id)
    )
)
SELECT {by} AS member, count(*) FROM attempt
WHERE NOT is_tester(golden_id) AND started_at >= $start AND started_at < $until GROUP BY ALL
