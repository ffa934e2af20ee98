-- by team: t.name
-- by source_system: d.source_system
WITH d AS (SELECT *, coalesce(due_at, promised_at + INTERVAL 3 DAY) AS due FROM documents)
SELECT {by} AS member, avg(CASE WHEN d.sent_at <= d.due THEN 1.0 ELSE 0.0 END)
FROM d LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(d.golden_id) AND d.due >= $start AND d.due < $until
GROUP BY ALL
