-- by priority: c.priority
SELECT {by} AS member, avg(100 * (s.score - s.scale_min) / (s.scale_max - s.scale_min))
FROM surveys s LEFT JOIN cases c USING (case_id)
WHERE s.subject = 'service' AND NOT is_tester(s.golden_id)
  AND berlin_day(s.answered_at) >= year_before($end) AND s.answered_at < $until
GROUP BY ALL
