-- Defects told by customers: claims with a defect, and cases about one that no claim was made for.
SELECT
    'claim' AS kind,
    r.return_id AS row_id,
    r.golden_id,
    r.product_id,
    r.defect_code AS defect,
    r.batch,
    r.registered_at AS reported_at
FROM returns AS r
WHERE r.kind = 'claim' AND r.defect_code IS NOT NULL
UNION ALL
SELECT 'case', c.case_id, c.golden_id, c.product_id, NULL, NULL, c.created_at
FROM cases AS c
WHERE c.problem_code = 'defect' AND c.type <> 'claim'
