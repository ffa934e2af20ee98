-- by team: t.name
SELECT {by} AS member, sum(i.talk_s) AS value FROM interactions i JOIN users u USING (user_id) JOIN teams t ON t.team_id = u.team_id
WHERE i.is_automated IS NOT TRUE AND NOT is_tester(i.golden_id) AND i.started_at >= $start AND i.started_at < $until
GROUP BY ALL
