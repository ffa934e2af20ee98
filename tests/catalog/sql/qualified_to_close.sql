-- by source_channel: l.source_channel
SELECT {by} AS member, avg(CASE o.outcome WHEN 'won' THEN 1.0 ELSE 0.0 END)
FROM leads l LEFT JOIN opportunities o ON o.opportunity_id = l.converted_opportunity_id
WHERE NOT is_tester(l.golden_id) AND l.qualified_at >= $start AND l.qualified_at < $until
GROUP BY ALL
