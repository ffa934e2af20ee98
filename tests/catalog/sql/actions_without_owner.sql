-- by cause: f.cause
SELECT {by} AS member, count(*) FROM report_feedback f
WHERE f.action IS NOT NULL AND f.owner IS NULL AND f.decision_at >= $start AND f.decision_at < $until
GROUP BY ALL
