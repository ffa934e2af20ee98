-- by source_channel: h.source_channel
WITH h AS (
    SELECT l.*, (
        SELECT count(*) FROM interactions i WHERE i.lead_id = l.lead_id AND NOT i.is_automated
          AND i.started_at BETWEEN l.created_at AND l.handed_over_at) AS contacts
    FROM leads l WHERE l.handed_over_at >= $start AND l.handed_over_at < $until
)
SELECT {by} AS member, median(h.contacts) FROM h WHERE NOT is_tester(h.golden_id)
GROUP BY ALL
