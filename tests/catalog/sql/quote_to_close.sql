-- by team: t.name
WITH won AS (
    SELECT {by} AS member, count(*) AS value FROM opportunities o LEFT JOIN teams t USING (team_id)
    WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id) AND o.closed_at >= $start AND o.closed_at < $until
    GROUP BY ALL
), quoted AS (
    SELECT {by} AS member, count(DISTINCT q.quote_root_id) AS value
    FROM quotes q JOIN opportunities o USING (opportunity_id) LEFT JOIN teams t USING (team_id)
    WHERE NOT is_tester(q.golden_id) AND q.issued_at >= $start AND q.issued_at < $until AND NOT EXISTS (
        FROM quotes x WHERE x.quote_root_id = q.quote_root_id AND x.issued_at < q.issued_at)
    GROUP BY ALL
)
SELECT coalesce(won.member, quoted.member), coalesce(won.value, 0) / nullif(quoted.value, 0)
FROM won FULL JOIN quoted ON won.member IS NOT DISTINCT FROM quoted.member
