-- by agent: u.name
SELECT {by} AS member, sum(i.duration_s)
FROM interactions i LEFT JOIN users u USING (user_id)
WHERE i.case_id IS NOT NULL AND NOT i.is_automated AND NOT is_tester(i.golden_id)
  AND i.started_at >= $start AND i.started_at < $until
GROUP BY ALL
