-- by sales_channel: o.sales_channel
-- by segment: segment_at(o.golden_id, o.ordered_at)
WITH o AS (
    SELECT o.*, (
        SELECT count(*) FROM interactions i WHERE i.golden_id = o.golden_id AND NOT i.is_automated
          AND i.started_at < o.ordered_at AND i.started_at >= o.ordered_at - INTERVAL 30 DAY
    ) + (
        SELECT count(*) FROM web_visits v WHERE v.golden_id = o.golden_id AND NOT v.is_bot
          AND v.started_at < o.ordered_at AND v.started_at >= o.ordered_at - INTERVAL 30 DAY
    ) AS contacts
    FROM orders o WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled'
)
SELECT {by} AS member, avg(o.contacts)
FROM o WHERE NOT is_tester(o.golden_id) AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
