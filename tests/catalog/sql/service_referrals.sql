-- by region: g.region
SELECT {by} AS member, count(*)
FROM leads l LEFT JOIN geo g ON g.geo_id = l.geo_id
WHERE NOT is_tester(l.golden_id) AND l.created_at >= $start AND l.created_at < $until
  AND l.source_channel = 'referral' AND l.referral_reason = 'service'
GROUP BY ALL
