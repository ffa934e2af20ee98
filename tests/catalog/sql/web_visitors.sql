-- by entry_page: v.entry_page
-- by referrer: v.referrer
-- by campaign: c.name
-- by daypart: berlin_hour(v.started_at)
-- by customer_type: (SELECT customer_type FROM customers u WHERE u.customer_key = version_at(v.golden_id, v.started_at))
SELECT {by} AS member, count(DISTINCT v.visitor_id)
FROM web_visits v LEFT JOIN campaigns c ON c.campaign_id = v.source_campaign_id
WHERE NOT v.is_bot AND NOT is_tester(v.golden_id) AND v.started_at >= $start AND v.started_at < $until AND TRUE
GROUP BY ALL
