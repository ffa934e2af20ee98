-- One row per case that one of our people spoke or wrote about before it was resolved: did that person follow a script?
SELECT
    c.case_id,
    max(CASE WHEN i.script_id IS NOT NULL THEN 1 ELSE 0 END) = 1 AS scripted
FROM cases AS c
INNER JOIN interactions AS i ON i.case_id = c.case_id
WHERE i.user_id IS NOT NULL AND i.is_automated IS NOT TRUE
    AND (c.resolved_at IS NULL OR i.started_at <= c.resolved_at)
GROUP BY c.case_id
