-- by segment: x.segment
WITH x AS (
    SELECT segment_at(golden_id, created_at) AS segment, golden_id, created_at AS told FROM cases WHERE type = 'suggestion'
    UNION ALL
    SELECT segment_at(golden_id, answered_at), golden_id, answered_at FROM surveys WHERE wish IS NOT NULL
)
SELECT {by} AS member, count(*) FROM x WHERE NOT is_tester(x.golden_id) AND x.told >= $start AND x.told < $until
GROUP BY ALL
