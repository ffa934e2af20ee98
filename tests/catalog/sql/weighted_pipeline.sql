-- by stage: h.stage
-- by team: t.name
-- What is open at the end of the period, at the share won among the deals of its stage that were decided in the year
-- before the month of the period's last day; the amount and its rate are those of the end.
WITH decided AS (
    SELECT DISTINCT v.stage, d.opportunity_id, d.outcome = 'won' AS won
    FROM opportunities d JOIN stage_history v USING (opportunity_id)
    WHERE d.outcome IN ('won', 'lost') AND NOT is_tester(d.golden_id)
      AND d.closed_at < date_trunc('month', CAST($end AS DATE) - 1)
      AND d.closed_at >= date_trunc('month', CAST($end AS DATE) - 1) - INTERVAL 1 YEAR
), weights AS (
    SELECT stage, count(*) FILTER (WHERE won) / count(*) AS weight FROM decided GROUP BY stage
)
SELECT {by} AS member, sum(eur(h.amount_at_entry, o.currency, CAST($end AS DATE) - 1) * w.weight)
FROM opportunities o
JOIN stage_history h ON h.opportunity_id = o.opportunity_id
    AND h.entered_at < $until AND (h.left_at IS NULL OR h.left_at >= $until)
LEFT JOIN weights w ON w.stage = h.stage
LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(o.golden_id)
GROUP BY ALL
