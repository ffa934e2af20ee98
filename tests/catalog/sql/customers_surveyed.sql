-- by satisfaction_subject: last_subject
WITH answered AS (
    SELECT s.golden_id, arg_max(s.subject, (s.answered_at, s.response_id)) AS last_subject
    FROM surveys s
    WHERE s.golden_id IS NOT NULL AND s.answered_at < $until AND NOT is_tester(s.golden_id)
    GROUP BY ALL
)
SELECT {by} AS member, count(*) FROM answered GROUP BY ALL
