-- by case_type: c.type
SELECT {by} AS member, count(*)
FROM surveys s LEFT JOIN cases c USING (case_id)
WHERE s.subject = 'service' AND NOT is_tester(s.golden_id) AND s.answered_at >= $start AND s.answered_at < $until
GROUP BY ALL
