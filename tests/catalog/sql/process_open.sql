-- by process: s.process_id
-- by process_step: s.step
-- by team: t.name
SELECT {by} AS member, count(*) FROM process_steps s LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(s.golden_id) AND s.entered_at < $until AND (s.left_at IS NULL OR s.left_at >= $until)
GROUP BY ALL
