-- by rep: u.name
WITH made AS (
    SELECT {by} AS member, count(*) AS value
    FROM opportunities o LEFT JOIN users u ON u.user_id = o.owner_user_id
    WHERE NOT is_tester(o.golden_id) AND o.created_at >= $start AND o.created_at < $until GROUP BY ALL
), talks AS (
    SELECT {by} AS member, count(*) AS value
    FROM interactions i LEFT JOIN users u USING (user_id)
    WHERE NOT i.is_automated AND NOT is_tester(i.golden_id)
      AND i.started_at >= $start AND i.started_at < $until GROUP BY ALL
)
SELECT coalesce(made.member, talks.member), coalesce(made.value, 0) / talks.value
FROM made FULL JOIN talks ON made.member IS NOT DISTINCT FROM talks.member
