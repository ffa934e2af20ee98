SELECT c.name, s.subject, 100.0 * (s.score - s.scale_min) / (s.scale_max - s.scale_min) AS points, (
    SELECT arg_max(o.agent_rating, (o.answered_at, o.response_id)) FROM surveys o
    WHERE o.golden_id = s.golden_id AND o.agent_rating IS NOT NULL
      AND (o.answered_at, o.response_id) <= (s.answered_at, s.response_id)
), s.answered_at
FROM surveys s LEFT JOIN customers c ON c.customer_key = version_at(s.golden_id, s.answered_at)
WHERE s.golden_id IS NOT NULL AND NOT is_tester(s.golden_id) AND s.answered_at < $until AND NOT EXISTS (
    FROM surveys later WHERE later.golden_id = s.golden_id AND later.answered_at < $until
      AND (later.answered_at, later.response_id) > (s.answered_at, s.response_id)
)
ORDER BY points NULLS LAST, s.answered_at, s.response_id
