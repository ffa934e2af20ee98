-- by social_network: s.network
-- by brand: s.brand
WITH s AS (
    SELECT network, brand, arg_max(followers, date) AS followers FROM social_metrics
    WHERE followers IS NOT NULL AND date >= $first AND date < $end GROUP BY network, brand
)
SELECT {by} AS member, sum(s.followers) FROM s
GROUP BY ALL
