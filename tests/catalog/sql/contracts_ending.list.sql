SELECT c.contract_id, c.golden_id, c."end", eur(c.value, c.currency, $end::DATE - 1), c.currency, u.name
FROM contracts c LEFT JOIN users u ON u.user_id = c.owner
WHERE c.version = (SELECT max(version) FROM contracts x WHERE x.contract_id = c.contract_id)
  AND NOT is_tester(c.golden_id) AND c."end" >= $end AND c."end" < $end::DATE + 90
ORDER BY c."end", c.contract_id
