-- by team: t.name
WITH a AS (
    SELECT {by} AS member, sum(i.talk_s + i.wrap_s) AS value FROM interactions i JOIN users u USING (user_id) JOIN teams t ON t.team_id = u.team_id
    WHERE i.is_automated IS NOT TRUE AND NOT is_tester(i.golden_id) AND i.started_at >= $start AND i.started_at < $until
    GROUP BY ALL
), b AS (
    SELECT {by} AS member, sum(u.hours_week / 5) AS value FROM users u JOIN teams t USING (team_id)
    JOIN calendar d ON d.country = 'DE' AND d.is_workday AND d.date >= $first AND d.date < $end
        AND d.date >= berlin_day(u.valid_from) AND (u.valid_to IS NULL OR d.date < berlin_day(u.valid_to))
    WHERE u.department IN ('Sales', 'Service') GROUP BY ALL
)
SELECT coalesce(a.member, b.member), 1 - coalesce(a.value, 0) / 3600 / nullif(b.value, 0)
FROM a FULL JOIN b ON a.member IS NOT DISTINCT FROM b.member
