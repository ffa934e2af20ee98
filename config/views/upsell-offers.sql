-- Products that a customer could move up to, from one change to the next: of every product family the next tier above
-- the highest that the customer has bought, while it is on sale, and while the customer has no open opportunity on it,
-- no payment overdue and nobody who withdrew consent to offers. Stretches begin after `offered_from`, as balances count.
WITH owned AS (
    SELECT o.golden_id, p.family_id, p.tier_rank, min(p.product_id) AS product_id, min(o.ordered_at) AS since
    FROM order_lines AS l
    INNER JOIN orders AS o ON o.order_id = l.order_id
    INNER JOIN products AS p ON p.product_id = l.product_id
    WHERE o.status IS DISTINCT FROM 'cancelled' AND o.golden_id IS NOT NULL
        AND p.family_id IS NOT NULL AND p.tier_rank IS NOT NULL
    GROUP BY o.golden_id, p.family_id, p.tier_rank
), highest AS (
    SELECT
        golden_id,
        family_id,
        tier_rank,
        product_id,
        since,
        min(since) OVER (
            PARTITION BY golden_id, family_id ORDER BY tier_rank DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS until
    FROM owned
), tiers AS (
    SELECT family_id, tier_rank, lead(tier_rank) OVER (PARTITION BY family_id ORDER BY tier_rank) AS next_rank
    FROM products
    WHERE family_id IS NOT NULL AND tier_rank IS NOT NULL
    GROUP BY family_id, tier_rank
), candidates AS (
    SELECT
        h.golden_id,
        n.product_id,
        h.product_id AS owned_product_id,
        h.since AS owned_since,
        n.list_price - n.std_cost AS margin,
        greatest(
            h.since, timezone('UTC', timezone('Europe/Berlin', CAST(n.launched_at AS TIMESTAMP)))
        ) AS begins,
        least(
            h.until, timezone('UTC', timezone('Europe/Berlin', CAST(n.retired_at + 1 AS TIMESTAMP)))
        ) AS ends
    FROM highest AS h
    INNER JOIN tiers AS t ON t.family_id = h.family_id AND t.tier_rank = h.tier_rank
    INNER JOIN products AS n ON n.family_id = h.family_id AND n.tier_rank = t.next_rank
    WHERE h.until IS NULL OR h.until > h.since
), moves AS (
    SELECT invoice_id, issued_at AS moved_at, amount + tax AS amount
    FROM invoices
    WHERE amount > 0 AND due_at IS NOT NULL AND disputed IS NOT TRUE
    UNION ALL
    SELECT invoice_id, paid_at, -amount
    FROM payments
    WHERE status <> 'failed'
    UNION ALL
    SELECT invoice_id, reversed_at, amount
    FROM payments
    WHERE reversed_at IS NOT NULL
), open_amounts AS (
    SELECT
        invoice_id,
        moved_at AS begins,
        lead(moved_at) OVER (PARTITION BY invoice_id ORDER BY moved_at) AS ends,
        sum(sum(amount)) OVER (PARTITION BY invoice_id ORDER BY moved_at) AS open_amount
    FROM moves
    GROUP BY invoice_id, moved_at
), overdue AS (
    SELECT
        i.golden_id,
        greatest(s.begins, timezone('UTC', timezone('Europe/Berlin', CAST(i.due_at AS TIMESTAMP)))) AS begins,
        s.ends
    FROM open_amounts AS s
    INNER JOIN invoices AS i ON i.invoice_id = s.invoice_id
    WHERE s.open_amount > 0 AND i.amount > 0 AND i.due_at IS NOT NULL AND i.disputed IS NOT TRUE
), blocks AS (
    SELECT c.golden_id, c.product_id, o.begins, o.ends
    FROM candidates AS c
    INNER JOIN overdue AS o ON o.golden_id = c.golden_id
    WHERE o.ends IS NULL OR o.ends > o.begins
    UNION ALL
    SELECT c.golden_id, c.product_id, w.valid_from, w.valid_to
    FROM candidates AS c
    INNER JOIN customers AS m ON m.golden_id = c.golden_id AND m.valid_to IS NULL
    INNER JOIN contacts AS n ON n.customer_id = m.customer_id
    INNER JOIN consents AS w ON w.contact_id = n.contact_id AND w.purpose = 'offers' AND w.status = 'withdrawn'
    UNION ALL
    SELECT c.golden_id, c.product_id, d.created_at, d.closed_at
    FROM candidates AS c
    INNER JOIN opportunities AS d ON d.golden_id = c.golden_id
    WHERE d.product_id = c.product_id OR EXISTS (
        SELECT 1
        FROM opportunity_lines AS l
        WHERE l.opportunity_id = d.opportunity_id AND l.product_id = c.product_id
    )
), changes AS (
    SELECT golden_id, product_id, begins AS changed_at, 1 AS offered, 0 AS blocked FROM candidates
    UNION ALL
    SELECT golden_id, product_id, ends, -1, 0 FROM candidates WHERE ends IS NOT NULL
    UNION ALL
    SELECT golden_id, product_id, begins, 0, 1 FROM blocks
    UNION ALL
    SELECT golden_id, product_id, ends, 0, -1 FROM blocks WHERE ends IS NOT NULL
), stretches AS (
    SELECT
        golden_id,
        product_id,
        changed_at,
        lead(changed_at) OVER (PARTITION BY golden_id, product_id ORDER BY changed_at) AS until,
        sum(sum(offered)) OVER (PARTITION BY golden_id, product_id ORDER BY changed_at) AS offered,
        sum(sum(blocked)) OVER (PARTITION BY golden_id, product_id ORDER BY changed_at) AS blocked
    FROM changes
    GROUP BY golden_id, product_id, changed_at
)
SELECT
    s.golden_id,
    s.product_id,
    s.changed_at AS offered_from,
    s.until AS offered_until,
    c.owned_product_id,
    c.owned_since,
    c.margin
FROM stretches AS s
INNER JOIN candidates AS c
    ON c.golden_id = s.golden_id AND c.product_id = s.product_id
    AND c.begins <= s.changed_at AND (c.ends IS NULL OR c.ends > s.changed_at)
WHERE s.offered > 0 AND s.blocked = 0
