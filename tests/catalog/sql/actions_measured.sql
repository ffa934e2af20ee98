-- by cause: f.cause
SELECT {by} AS member, count(*) FROM report_feedback f
WHERE f.action IS NOT NULL AND f.measured_at >= $start AND f.measured_at < $until
GROUP BY ALL
