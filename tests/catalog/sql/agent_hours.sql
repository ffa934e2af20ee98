-- by team: t.name
SELECT {by} AS member, sum(u.hours_week / 5) AS value FROM users u JOIN teams t USING (team_id)
JOIN calendar d ON d.country = 'DE' AND d.is_workday AND d.date >= $first AND d.date < $end
    AND d.date >= berlin_day(u.valid_from) AND (u.valid_to IS NULL OR d.date < berlin_day(u.valid_to))
WHERE u.department IN ('Sales', 'Service') GROUP BY ALL
