-- by priority: c.priority
-- The last thing that happened to a case before the end of the period was that it was put on hold.
SELECT {by} AS member, count(*)
FROM cases c
WHERE NOT is_tester(c.golden_id) AND (
    SELECT max_by(e.event, e.seq) FROM case_events e WHERE e.case_id = c.case_id AND e.ts < $until
) = 'on_hold'
GROUP BY ALL
