-- by social_network: s.network
-- by brand: s.brand
-- by placement: s.placement
SELECT {by} AS member, sum(s.neg)
FROM social_metrics s
WHERE s.date >= $first AND s.date < $end AND TRUE
GROUP BY ALL
