-- The stretches in which a lead was due for another contact and nobody had planned one. Due: two weeks after the
-- last attempt to reach it, until the next attempt or until it is decided. Planned: a task for it is open.
WITH attempts AS (
    SELECT i.lead_id, i.started_at,
        lead(i.started_at) OVER (PARTITION BY i.lead_id ORDER BY i.started_at, i.interaction_id) AS next_at
    FROM interactions AS i
    WHERE i.lead_id IS NOT NULL AND i.direction = 'outbound' AND NOT i.is_automated
),
due AS (
    SELECT a.lead_id, a.started_at AS last_attempt_at, a.started_at + INTERVAL '14 days' AS since,
        least(a.next_at, l.qualified_at, l.disqualified_at) AS until
    FROM attempts AS a JOIN leads AS l ON l.lead_id = a.lead_id
),
waits AS (
    SELECT * FROM due WHERE until IS NULL OR until > since
),
-- Within a wait: one more task is open, or one fewer; and the wait's own beginning.
steps AS (
    SELECT w.lead_id, w.since, w.since AS step_at, 0 AS change FROM waits AS w
    UNION ALL
    SELECT w.lead_id, w.since, greatest(t.created_at, w.since), 1
    FROM waits AS w JOIN tasks AS t ON t.lead_id = w.lead_id
    WHERE (w.until IS NULL OR t.created_at < w.until) AND (t.closed_at IS NULL OR (t.closed_at > w.since AND t.created_at < t.closed_at))
    UNION ALL
    SELECT w.lead_id, w.since, t.closed_at, -1
    FROM waits AS w JOIN tasks AS t ON t.lead_id = w.lead_id
    WHERE t.closed_at > w.since AND t.created_at < t.closed_at
        AND (w.until IS NULL OR (t.created_at < w.until AND t.closed_at < w.until))
),
moments AS (
    SELECT lead_id, since, step_at, sum(change) AS change FROM steps GROUP BY lead_id, since, step_at
),
stretches AS (
    SELECT lead_id, since, step_at,
        sum(change) OVER (PARTITION BY lead_id, since ORDER BY step_at) AS planned,
        lead(step_at) OVER (PARTITION BY lead_id, since ORDER BY step_at) AS next_step_at
    FROM moments
)
SELECT s.lead_id, s.step_at AS waits_since, w.last_attempt_at, coalesce(s.next_step_at, w.until) AS waits_until
FROM stretches AS s JOIN waits AS w ON w.lead_id = s.lead_id AND w.since = s.since
WHERE s.planned = 0
