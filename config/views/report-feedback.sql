-- What readers did on a report, and what came of it: whether the KPI of an action done was better some weeks later, and
-- by what part it moved in its good direction.
SELECT
    f.*,
    CASE f.direction WHEN 'down' THEN f.value_after < f.value_before ELSE f.value_after > f.value_before END AS helped,
    CAST(
        (f.value_after / nullif(f.value_before, 0) - 1) * CASE f.direction WHEN 'down' THEN -1 ELSE 1 END AS FLOAT8
    ) AS effect
FROM report_feedback AS f
