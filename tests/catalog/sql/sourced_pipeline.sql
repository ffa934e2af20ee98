-- by source_channel: o.source_channel
SELECT {by} AS member, sum(eur(o.amount_est, o.currency, berlin_day(o.created_at)))
FROM opportunities o
WHERE o.source_campaign_id IS NOT NULL AND NOT is_tester(o.golden_id)
  AND o.created_at >= $start AND o.created_at < $until
GROUP BY ALL
