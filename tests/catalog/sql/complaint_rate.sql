-- by segment: k.segment
WITH k AS (
    SELECT segment_at(c.golden_id, c.created_at) AS segment, 1 AS complaint, 0 AS placed FROM cases c
    WHERE c.type = 'complaint' AND NOT is_tester(c.golden_id) AND c.created_at >= $start AND c.created_at < $until
    UNION ALL
    SELECT segment_at(o.golden_id, o.ordered_at), 0, 1 FROM orders o
    WHERE o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND o.ordered_at >= $start AND o.ordered_at < $until
)
SELECT {by} AS member, 1000 * sum(k.complaint) / nullif(sum(k.placed), 0) FROM k GROUP BY ALL
