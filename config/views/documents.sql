-- One row per document promised; without a due date it is due three days after the promise.
SELECT
    document_id,
    type,
    source_system,
    promised_at,
    coalesce(due_at, promised_at + INTERVAL '3 days') AS due_at,
    sent_at,
    owner,
    team_id,
    golden_id
FROM documents
