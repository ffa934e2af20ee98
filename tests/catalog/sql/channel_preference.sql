-- by contact_channel: i.channel
WITH contacts AS (
    SELECT i.golden_id, i.channel, i.started_at, {by} AS member, '{by}' = 'i.channel' AS by_channel
    FROM interactions i
    LEFT JOIN customers c ON c.customer_key = version_at(i.golden_id, i.started_at)
    WHERE i.direction = 'inbound' AND NOT i.is_automated AND i.golden_id IS NOT NULL AND NOT is_tester(i.golden_id)
      AND berlin_day(i.started_at) >= year_before($end) AND i.started_at < $until
), used AS (
    SELECT CASE WHEN by_channel THEN '' ELSE member END AS part, golden_id, channel, count(*) AS n,
           max(started_at) AS latest
    FROM contacts GROUP BY ALL
), favorite AS (
    SELECT part, golden_id, arg_max(channel, n * 1e6 + epoch(latest) / 1e5) AS channel, sum(n) AS n FROM used GROUP BY ALL
), preferring AS (
    SELECT DISTINCT k.member, k.golden_id FROM contacts k JOIN favorite f
      ON f.golden_id = k.golden_id AND f.part IS NOT DISTINCT FROM (CASE WHEN k.by_channel THEN '' ELSE k.member END)
    WHERE f.n >= 2 AND (f.channel = k.channel OR NOT k.by_channel)
)
SELECT member, count(*) / (SELECT count(DISTINCT golden_id) FROM preferring) FROM preferring GROUP BY ALL
