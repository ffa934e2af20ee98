-- by campaign: c.name
SELECT {by} AS member, sum(eur(coalesce(o.amount_actual, o.amount_est), o.currency, berlin_day(o.closed_at)))
FROM opportunities o JOIN campaigns c ON c.campaign_id = o.source_campaign_id
WHERE o.outcome = 'won' AND NOT is_tester(o.golden_id) AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
