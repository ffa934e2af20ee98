-- by social_network: s.network
-- by brand: s.brand
SELECT {by} AS member, sum(s.mentions)
FROM social_metrics s
WHERE s.date >= CAST($end AS DATE) - 28 AND s.date < $end
GROUP BY ALL
