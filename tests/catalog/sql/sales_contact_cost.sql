-- by team: t.name
SELECT {by} AS member, sum(round((i.talk_s + i.wrap_s) / 3600.0 * coalesce(r.cost_per_hour, (
        SELECT avg(k.cost_per_hour) FROM cost_rates k WHERE k.team_id = r.team_id AND k.valid_from = r.valid_from
    )) + r.cost_per_contact, 4)) AS value
FROM interactions i JOIN users u USING (user_id) LEFT JOIN teams t ON t.team_id = u.team_id
JOIN cost_rates r ON r.team_id = u.team_id AND r.channel = i.channel AND r.valid_from <= berlin_day(i.started_at)
    AND (r.valid_to IS NULL OR r.valid_to > berlin_day(i.started_at))
WHERE NOT i.is_automated AND NOT is_tester(i.golden_id) AND i.started_at >= $start AND i.started_at < $until
  AND (i.lead_id IS NOT NULL OR i.opportunity_id IN (
    SELECT opportunity_id FROM opportunities WHERE opportunity_kind = 'new'))
GROUP BY ALL
