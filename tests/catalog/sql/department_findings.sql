-- by finding: f.finding
-- by finding_for: f.department
WITH f AS (
    SELECT 'Marketing' AS department, o.loss_reason AS finding, o.closed_at AS at, o.golden_id
    FROM opportunities o WHERE o.outcome = 'lost'
    UNION ALL SELECT 'Sales', c.problem_code, c.created_at, c.golden_id FROM cases c
    UNION ALL SELECT 'Retail', coalesce(r.defect_code, r.kind), r.registered_at, r.golden_id FROM returns r
    UNION ALL SELECT 'Service', s.comment, s.answered_at, s.golden_id FROM surveys s WHERE s.sentiment = 'neg'
)
SELECT {by} AS member, count(*) FROM f
WHERE f.finding IS NOT NULL AND f.at >= $start AND f.at < $until AND NOT is_tester(f.golden_id)
GROUP BY ALL
