-- One row per contract, in its last version; `ends_soon_from` is 90 days before its end.
SELECT
    c.contract_id,
    c.golden_id,
    c.owner,
    c.start,
    c."end" AS ends_on,
    c."end" - 90 AS ends_soon_from,
    c.value,
    c.currency
FROM contracts AS c
INNER JOIN (SELECT contract_id, max(version) AS version FROM contracts GROUP BY contract_id) AS l
    ON l.contract_id = c.contract_id AND l.version = c.version
