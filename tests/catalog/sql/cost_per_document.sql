-- by source_system: d.source_system
-- by team: t.name
SELECT {by} AS member, coalesce(sum(r.cost_per_contact), 0) / count(*)
FROM documents d LEFT JOIN teams t USING (team_id)
LEFT JOIN cost_rates r ON r.team_id = d.team_id AND r.channel = d.source_system AND r.valid_from <= berlin_day(d.sent_at)
    AND (r.valid_to IS NULL OR r.valid_to > berlin_day(d.sent_at))
WHERE NOT is_tester(d.golden_id) AND d.sent_at >= $start AND d.sent_at < $until
GROUP BY ALL
