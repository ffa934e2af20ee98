-- by queue: c.queue
WITH solved AS (
    SELECT {by} AS member, e.case_id, EXISTS (
        SELECT 1 FROM case_events x WHERE x.case_id = e.case_id AND x.event = 'reopened' AND x.seq > e.seq
          AND x.ts <= e.ts + INTERVAL 14 DAY) AS soon
    FROM case_events e JOIN cases c USING (case_id)
    WHERE e.event = 'resolved' AND NOT is_tester(c.golden_id) AND e.ts >= $start AND e.ts < $until
)
SELECT member, count(DISTINCT case_id) FILTER (soon) / count(DISTINCT case_id) FROM solved GROUP BY ALL
