-- by case_type: c.type
SELECT {by} AS member, count(DISTINCT e.case_id)
FROM case_events e JOIN cases c USING (case_id)
WHERE e.event = 'resolved' AND NOT is_tester(c.golden_id) AND e.ts >= $start AND e.ts < $until AND EXISTS (
    SELECT 1 FROM case_events x WHERE x.case_id = e.case_id AND x.event = 'reopened' AND x.seq > e.seq
      AND x.ts <= e.ts + INTERVAL 14 DAY)
GROUP BY ALL
