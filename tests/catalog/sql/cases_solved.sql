-- by case_type: c.type
SELECT {by} AS member, count(DISTINCT e.case_id)
FROM case_events e JOIN cases c USING (case_id)
WHERE e.event = 'resolved' AND NOT is_tester(c.golden_id) AND e.ts >= $start AND e.ts < $until
GROUP BY ALL
