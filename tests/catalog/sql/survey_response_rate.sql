-- by satisfaction_subject: s.subject
SELECT {by} AS member, count(s.answered_at) / count(*)
FROM surveys s
WHERE NOT is_tester(s.golden_id) AND s.sent_at >= $start AND s.sent_at < $until
GROUP BY ALL
