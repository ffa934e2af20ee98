-- by cause: f.cause
SELECT {by} AS member,
    median(CASE f.direction WHEN 'up' THEN f.value_after / f.value_before - 1 ELSE 1 - f.value_after / f.value_before END)
FROM report_feedback f
WHERE f.action IS NOT NULL AND f.measured_at >= $start AND f.measured_at < $until
GROUP BY ALL
