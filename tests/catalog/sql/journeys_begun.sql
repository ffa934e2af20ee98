-- by segment: segment_at(j.golden_id, j.began)
-- by source_channel: j.source_channel
WITH people AS (SELECT contact_id, golden_of(contact_id) AS golden_id FROM contacts), bought AS (
    SELECT golden_id, min(ordered_at) AS first, count(*) AS n FROM orders
    WHERE status <> 'cancelled' AND golden_id IS NOT NULL GROUP BY golden_id
), visited AS (
    SELECT golden_id, min(started_at) AS t FROM web_visits WHERE NOT is_bot GROUP BY ALL
), signed AS (
    SELECT golden_id, min(registered_at) AS t FROM event_registrations JOIN people USING (contact_id) GROUP BY ALL
), led AS (
    SELECT golden_id, min(created_at) AS t, min(qualified_at) AS q, arg_min(coalesce(source_channel, ''), created_at) AS source_channel
    FROM leads GROUP BY ALL
), dealt AS (SELECT golden_id, min(created_at) AS t FROM opportunities GROUP BY ALL
), quoted AS (SELECT golden_id, min(issued_at) AS t FROM quotes GROUP BY ALL
), paid AS (
    SELECT i.golden_id, min(p.paid_at) AS t FROM payments p JOIN invoices i USING (invoice_id)
    WHERE p.status = 'booked' GROUP BY ALL
), j AS (
    SELECT c.golden_id, nullif(l.source_channel, '') AS source_channel,
           least(v.t, s.t, l.t, l.q, d.t, q.t, b.first, p.t) AS began,
           v.t IS NOT NULL AS r1, s.t IS NOT NULL AS r2, l.t IS NOT NULL AS r3, l.q IS NOT NULL AS r4,
           d.t IS NOT NULL AS r5, q.t IS NOT NULL AS r6, b.n >= 1 AS r7, p.t IS NOT NULL AS r8, b.n >= 2 AS r9
    FROM (SELECT DISTINCT golden_id FROM customers) c
    LEFT JOIN visited v USING (golden_id) LEFT JOIN signed s USING (golden_id) LEFT JOIN led l USING (golden_id)
    LEFT JOIN dealt d USING (golden_id) LEFT JOIN quoted q USING (golden_id) LEFT JOIN bought b USING (golden_id)
    LEFT JOIN paid p USING (golden_id)
)
SELECT {by} AS member, count(*)
FROM j WHERE NOT is_tester(j.golden_id) AND j.began >= $start AND j.began < $until
GROUP BY ALL
