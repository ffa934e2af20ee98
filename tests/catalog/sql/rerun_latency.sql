-- by audience: r.audience
SELECT {by} AS member, median(date_diff('microsecond', r.data_ready_at, r.finished_at) / 6e7)
FROM report_runs r WHERE r.finished_at >= $start AND r.finished_at < $until
  AND r.attempt > 1 AND r.status <> 'failed'
GROUP BY ALL
