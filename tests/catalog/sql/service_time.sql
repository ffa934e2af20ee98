-- by segment: segment_at(i.golden_id, i.started_at)
SELECT {by} AS member, sum(i.duration_s) / 60 / nullif(count(DISTINCT i.golden_id), 0)
FROM interactions i
WHERE i.case_id IS NOT NULL AND NOT i.is_automated AND NOT is_tester(i.golden_id)
  AND i.started_at >= $start AND i.started_at < $until
GROUP BY ALL
