-- One row per employee and working day of theirs, with the contract hours of the day.
SELECT
    u.user_id,
    c.date,
    u.team_id,
    u.hours_week / 5 AS hours
FROM users AS u
INNER JOIN calendar AS c
    ON c.country = 'DE'
    AND c.is_workday
    AND (
        u.valid_from IS NULL
        OR c.date >= CAST(timezone('Europe/Berlin', timezone('UTC', u.valid_from)) AS DATE)
    )
    AND (
        u.valid_to IS NULL
        OR c.date < CAST(timezone('Europe/Berlin', timezone('UTC', u.valid_to)) AS DATE)
    )
WHERE u.department IN ('Sales', 'Service')
