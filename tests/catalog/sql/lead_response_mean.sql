-- by source_channel: l.source_channel
-- by team: t.name
SELECT {by} AS member, avg(open_hours(l.first_contact_at, l.first_addressed_at))
FROM leads l LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(l.golden_id) AND l.first_contact_at >= $start AND l.first_contact_at < $until
GROUP BY ALL
