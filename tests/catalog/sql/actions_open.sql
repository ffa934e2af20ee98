-- by cause: f.cause
SELECT {by} AS member, count(*) FROM report_feedback f
WHERE f.action IS NOT NULL AND f.decision_at < $until AND (f.done_at IS NULL OR f.done_at >= $until)
GROUP BY ALL
