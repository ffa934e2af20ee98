-- by team: t.name
SELECT {by} AS member, count(nullif(o.loss_reason, '')) / count(*)
FROM opportunities o LEFT JOIN teams t USING (team_id)
WHERE o.outcome = 'lost' AND NOT is_tester(o.golden_id) AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
