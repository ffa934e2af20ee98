-- by segment: segment_at(c.golden_id, timezone('UTC', timezone('Europe/Berlin', c.start::TIMESTAMP)))
SELECT {by} AS member, count(DISTINCT c.golden_id) FROM contracts c
WHERE NOT is_tester(c.golden_id) AND c.start < $end AND (c."end" IS NULL OR c."end" >= $end)
  AND c.version = (SELECT max(version) FROM contracts x WHERE x.contract_id = c.contract_id)
GROUP BY ALL
