-- One row per document promised; without a due date it is due three days after the promise. A document sent costs what
-- its system does for the team on that day.
SELECT
    d.document_id,
    d.type,
    d.source_system,
    d.promised_at,
    coalesce(d.due_at, d.promised_at + INTERVAL '3 days') AS due_at,
    d.sent_at,
    d.owner,
    d.team_id,
    d.golden_id,
    r.cost_per_contact AS cost,
    'EUR' AS currency
FROM documents AS d
LEFT JOIN cost_rates AS r
    ON r.team_id = d.team_id
    AND r.channel = d.source_system
    AND CAST(timezone('Europe/Berlin', timezone('UTC', d.sent_at)) AS DATE) >= r.valid_from
    AND (
        r.valid_to IS NULL
        OR CAST(timezone('Europe/Berlin', timezone('UTC', d.sent_at)) AS DATE) < r.valid_to
    )
