-- by advert: c.advert_id
SELECT {by} AS member, count(*)
FROM cases c WHERE NOT is_tester(c.golden_id) AND c.type = 'complaint' AND c.advert_id IS NOT NULL
  AND c.created_at >= $start AND c.created_at < $until
GROUP BY ALL
