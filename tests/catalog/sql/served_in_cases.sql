-- by contact_channel: i.channel
SELECT {by} AS member, count(DISTINCT i.golden_id)
FROM interactions i
WHERE i.case_id IS NOT NULL AND NOT i.is_automated AND NOT is_tester(i.golden_id)
  AND i.started_at >= $start AND i.started_at < $until
GROUP BY ALL
