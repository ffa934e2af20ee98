-- by contact_channel: s.channel
WITH s AS (
    SELECT c.golden_id, c.channel, c.created_at AS moment FROM cases c
    UNION ALL
    SELECT i.golden_id, i.channel, i.started_at FROM interactions i
    WHERE i.direction = 'inbound' AND (i.case_id IS NOT NULL OR i.queue IS NOT NULL)
)
SELECT {by} AS member, count(DISTINCT s.golden_id)
FROM s WHERE NOT is_tester(s.golden_id) AND s.moment >= $start AND s.moment < $until
GROUP BY ALL
