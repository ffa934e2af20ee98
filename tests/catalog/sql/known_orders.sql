-- by store: s.name
SELECT {by} AS member, count(*)
FROM orders o LEFT JOIN stores s USING (store_id)
WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
  AND o.ordered_at >= $start AND o.ordered_at < $until
GROUP BY ALL
