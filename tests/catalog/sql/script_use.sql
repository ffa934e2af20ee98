-- by agent: u.name
SELECT {by} AS member, count(i.script_id) / count(*)
FROM interactions i LEFT JOIN users u USING (user_id)
WHERE i.user_id IS NOT NULL AND NOT i.is_automated AND NOT is_tester(i.golden_id)
  AND i.started_at >= $start AND i.started_at < $until
GROUP BY ALL
