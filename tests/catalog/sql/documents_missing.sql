-- by team: t.name
WITH d AS (SELECT *, coalesce(due_at, promised_at + INTERVAL 3 DAY) AS due FROM documents)
SELECT {by} AS member, count(*) FROM d LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(d.golden_id) AND d.due < $until AND (d.sent_at IS NULL OR d.sent_at >= $until)
GROUP BY ALL
