-- by process: s.process_id
SELECT {by} AS member, count(*) FROM process_steps s
WHERE s.step IN ('Training', 'Sending', 'Refund') AND s.status = 'done' AND NOT is_tester(s.golden_id)
  AND s.left_at >= $start AND s.left_at < $until
GROUP BY ALL
