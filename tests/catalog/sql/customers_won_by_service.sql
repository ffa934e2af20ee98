-- by region: g.region
SELECT {by} AS member, count(DISTINCT l.golden_id)
FROM leads l LEFT JOIN geo g ON g.geo_id = l.geo_id
JOIN opportunities p ON p.opportunity_id = l.converted_opportunity_id
WHERE NOT is_tester(l.golden_id) AND l.created_at >= $start AND l.created_at < $until
  AND l.referral_reason = 'service' AND p.outcome = 'won'
GROUP BY ALL
