-- by team: t.name
-- by priority: c.priority
-- Hold by hold: from each on_hold to the next event of the case, all before it was resolved for the last time.
WITH holds AS (
    SELECT e.case_id, e.ts AS held, (
        SELECT min(n.ts) FROM case_events n WHERE n.case_id = e.case_id AND n.seq > e.seq
    ) AS freed
    FROM case_events e WHERE e.event = 'on_hold'
), held AS (
    SELECT h.case_id, sum(open_hours(greatest(h.held, c.created_at), least(h.freed, c.resolved_at))) AS hours
    FROM holds h JOIN cases c USING (case_id) WHERE c.resolved_at IS NOT NULL GROUP BY h.case_id
), solved AS (
    SELECT c.*, open_hours(c.created_at, c.resolved_at) - coalesce(h.hours, 0) AS hours
    FROM cases c LEFT JOIN held h USING (case_id)
    WHERE NOT is_tester(c.golden_id) AND c.resolved_at >= $start AND c.resolved_at < $until
)
SELECT {by} AS member, median(c.hours)
FROM solved c LEFT JOIN teams t USING (team_id)
GROUP BY ALL
