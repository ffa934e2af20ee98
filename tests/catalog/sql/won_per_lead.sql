-- by team: t.name
WITH won AS (
    SELECT {by} AS member, count(*) AS value FROM opportunities o LEFT JOIN teams t USING (team_id)
    WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id)
      AND o.closed_at >= $start AND o.closed_at < $until GROUP BY ALL
), made AS (
    SELECT {by} AS member, count(*) AS value FROM leads l LEFT JOIN teams t USING (team_id)
    WHERE NOT is_tester(l.golden_id) AND l.created_at >= $start AND l.created_at < $until GROUP BY ALL
)
SELECT coalesce(won.member, made.member), coalesce(won.value, 0) / made.value
FROM won FULL JOIN made ON won.member IS NOT DISTINCT FROM made.member
