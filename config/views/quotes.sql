-- One row per quote, whatever its revisions: when it was first sent, what was last offered, what came of it.
-- The discount is that of the last revision sent; without list prices there is none.
SELECT
    q.quote_root_id,
    q.opportunity_id,
    q.golden_id,
    q.offer_id,
    q.currency,
    s.issued_at,
    q.amount,
    q.status,
    CASE WHEN q.list_amount > 0 THEN round(1 - q.amount / q.list_amount, 9) END AS discount
FROM quotes AS q
INNER JOIN (
    SELECT quote_root_id, min(issued_at) AS issued_at, max(revision) AS revision
    FROM quotes
    WHERE issued_at IS NOT NULL
    GROUP BY quote_root_id
) AS s ON s.quote_root_id = q.quote_root_id AND s.revision = q.revision
