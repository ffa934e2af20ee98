-- by case_channel: c.channel
SELECT {by} AS member, avg(s.score)
FROM surveys s LEFT JOIN cases c USING (case_id)
WHERE s.subject = 'service' AND NOT EXISTS (
    SELECT 1 FROM surveys x WHERE x.case_id = s.case_id AND x.subject = s.subject AND x.answered_at > s.answered_at
) AND NOT is_tester(s.golden_id) AND s.answered_at >= $start AND s.answered_at < $until
GROUP BY ALL
