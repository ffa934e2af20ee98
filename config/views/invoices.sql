-- One row per invoice or credit note, with tax added, and whether time was given to pay it.
SELECT
    invoice_id,
    order_id,
    golden_id,
    product_id,
    team_id,
    kind,
    issued_at,
    amount,
    amount + tax AS gross,
    currency,
    coalesce(due_at > CAST(timezone('Europe/Berlin', timezone('UTC', issued_at)) AS DATE), FALSE) AS on_credit
FROM invoices
