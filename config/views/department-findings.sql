-- What one department knows that another should hear: a lost deal's reason, a case's problem, a return's cause, a
-- complaint in a survey. One row per record.
SELECT 'deal ' || opportunity_id AS finding_id, 'Marketing' AS department, 'Sales' AS told_by,
    loss_reason AS finding, closed_at AS found_at, golden_id
FROM opportunities
WHERE outcome = 'lost' AND loss_reason IS NOT NULL
UNION ALL
SELECT 'case ' || case_id, 'Sales', 'Service', problem_code, created_at, golden_id
FROM cases
WHERE problem_code IS NOT NULL
UNION ALL
SELECT 'return ' || return_id, 'Retail', 'Service', coalesce(defect_code, kind), registered_at, golden_id
FROM returns
UNION ALL
SELECT 'survey ' || response_id, 'Service', 'Marketing', comment, answered_at, golden_id
FROM surveys
WHERE sentiment = 'neg' AND comment IS NOT NULL AND answered_at IS NOT NULL
