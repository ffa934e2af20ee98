SELECT {by} AS member, (coalesce((
    SELECT sum(k.amount) FROM campaign_costs k
    WHERE k.kind = 'actual' AND k.cost_date >= $first AND k.cost_date < $end
), 0) + coalesce((
    SELECT sum(round((i.talk_s + i.wrap_s) / 3600.0 * coalesce(r.cost_per_hour, (
            SELECT avg(k.cost_per_hour) FROM cost_rates k WHERE k.team_id = r.team_id AND k.valid_from = r.valid_from
        )) + r.cost_per_contact, 4)) AS value
    FROM interactions i JOIN users u USING (user_id) LEFT JOIN teams t ON t.team_id = u.team_id
    JOIN cost_rates r ON r.team_id = u.team_id AND r.channel = i.channel AND r.valid_from <= berlin_day(i.started_at)
        AND (r.valid_to IS NULL OR r.valid_to > berlin_day(i.started_at))
    WHERE NOT i.is_automated AND NOT is_tester(i.golden_id) AND i.started_at >= $start AND i.started_at < $until
      AND (i.lead_id IS NOT NULL OR i.opportunity_id IN (
        SELECT opportunity_id FROM opportunities WHERE opportunity_kind = 'new'))
), 0)) / (
    SELECT nullif(count(DISTINCT c.golden_id), 0) FROM customers c
    WHERE c.status <> 'merged' AND NOT c.is_test AND began_on(c.golden_id, c.acquired_at) >= $first
      AND began_on(c.golden_id, c.acquired_at) < $end
)
