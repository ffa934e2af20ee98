-- by cause: f.cause
SELECT {by} AS member,
    avg(CASE WHEN f.direction = 'up' AND f.value_after > f.value_before THEN 1
             WHEN f.direction = 'down' AND f.value_after < f.value_before THEN 1 ELSE 0 END)
FROM report_feedback f
WHERE f.action IS NOT NULL AND f.measured_at >= $start AND f.measured_at < $until AND f.value_before IS NOT NULL AND f.value_after IS NOT NULL
GROUP BY ALL
