-- by rep: u.name
SELECT {by} AS member, count(*) FILTER (i.connected) / count(*)
FROM interactions i LEFT JOIN users u USING (user_id)
WHERE i.direction = 'outbound' AND i.dial_mode IS NOT NULL AND NOT is_tester(i.golden_id)
  AND i.started_at >= $start AND i.started_at < $until
GROUP BY ALL
