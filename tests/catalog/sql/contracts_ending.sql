-- by team: t.name
SELECT {by} AS member, count(*) FROM contracts c LEFT JOIN users u ON u.user_id = c.owner
LEFT JOIN teams t ON t.team_id = u.team_id
WHERE c.version = (SELECT max(version) FROM contracts x WHERE x.contract_id = c.contract_id)
  AND NOT is_tester(c.golden_id) AND c."end" >= $end AND c."end" < $end::DATE + 90
GROUP BY ALL
