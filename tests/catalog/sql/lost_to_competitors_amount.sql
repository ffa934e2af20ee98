-- by competitor: c.name
SELECT {by} AS member, sum(eur(last_amount(o.opportunity_id, o.amount_est), o.currency, berlin_day(o.closed_at)))
FROM opportunities o
JOIN opportunity_competitors x ON x.opportunity_id = o.opportunity_id AND x.role = 'winner'
JOIN competitors c USING (competitor_id)
WHERE o.outcome = 'lost' AND NOT is_tester(o.golden_id) AND o.closed_at >= $start AND o.closed_at < $until
GROUP BY ALL
