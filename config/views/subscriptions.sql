-- One row per term of a subscription: whether it was renewed within 30 days of its end, from when its renewal
-- is due (90 days before), and until when (renewed, cancelled or over).
SELECT
    subscription_id,
    golden_id,
    product_id,
    owner_user_id,
    start,
    term_end,
    renewed_at,
    cancelled_at,
    amount,
    currency,
    auto_renew,
    renewed_on IS NOT NULL AND renewed_on <= term_end + 30 AS renewed,
    term_end - 90 AS due_from,
    least(term_end, renewed_on, cancelled_on) AS due_until
FROM (
    SELECT
        *,
        CAST(timezone('Europe/Berlin', timezone('UTC', renewed_at)) AS DATE) AS renewed_on,
        CAST(timezone('Europe/Berlin', timezone('UTC', cancelled_at)) AS DATE) AS cancelled_on
    FROM subscriptions
) AS terms
