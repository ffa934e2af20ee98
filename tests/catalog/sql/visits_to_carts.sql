SELECT '' AS member, (
    SELECT count(*) FROM carts k JOIN web_visits v USING (visit_id)
    WHERE NOT is_tester(k.golden_id) AND NOT v.is_bot AND k.merged_cart_id IS NULL
      AND k.cart_id IN (SELECT cart_id FROM cart_lines) AND k.created_at >= $start AND k.created_at < $until
) / nullif(count(*), 0)
FROM web_visits v WHERE NOT v.is_bot AND NOT is_tester(v.golden_id) AND v.started_at >= $start AND v.started_at < $until
