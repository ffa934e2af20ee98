-- One row per lead handed to sales: the contacts with people that it took from its creation to then.
SELECT
    l.lead_id,
    l.handed_over_at,
    count(i.interaction_id) AS contacts
FROM leads AS l
LEFT JOIN interactions AS i
    ON i.lead_id = l.lead_id
    AND i.is_automated IS NOT TRUE
    AND i.started_at >= l.created_at
    AND i.started_at <= l.handed_over_at
WHERE l.handed_over_at IS NOT NULL
GROUP BY l.lead_id, l.handed_over_at
