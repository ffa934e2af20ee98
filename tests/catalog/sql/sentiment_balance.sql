-- by social_network: s.network
-- by brand: s.brand
-- by placement: s.placement
SELECT {by} AS member, (sum(s.pos) - sum(s.neg)) / nullif(sum(s.pos + s.neu + s.neg), 0)
FROM social_metrics s
WHERE s.date >= $first AND s.date < $end AND TRUE
GROUP BY ALL
