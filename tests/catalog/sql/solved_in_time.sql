-- by team: t.name
SELECT {by} AS member, count(*)
FROM cases c LEFT JOIN teams t USING (team_id)
WHERE c.resolved_at <= c.sla_due_at AND NOT is_tester(c.golden_id)
  AND c.resolved_at >= $start AND c.resolved_at < $until
GROUP BY ALL
