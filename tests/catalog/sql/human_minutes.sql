-- by audience: r.audience
SELECT {by} AS member, sum(r.human_min)
FROM report_runs r WHERE r.finished_at >= $start AND r.finished_at < $until AND r.status <> 'failed'
GROUP BY ALL
