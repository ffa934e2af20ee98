-- by campaign: c.name
SELECT {by} AS member, count(*)
FROM opportunities o JOIN campaigns c ON c.campaign_id = o.source_campaign_id
WHERE NOT is_tester(o.golden_id) AND o.created_at >= $start AND o.created_at < $until
GROUP BY ALL
