-- One row per usage score, which holds until the customer's next one, or for a week; with the bands of a week and of
-- four weeks before. A score of another model version is not compared with.
SELECT
    golden_id,
    scored_at,
    valid_to,
    model_version,
    score,
    band,
    CASE
        WHEN place_before IS NULL THEN 'no comparison'
        WHEN place > place_before THEN 'up'
        WHEN place < place_before THEN 'down'
        ELSE 'same'
    END AS move,
    coalesce(place < place_of_month OR score <= score_of_month - 1.5, FALSE) AS going_sour
FROM (
    SELECT
        *,
        lag(place) OVER weeks AS place_before,
        lag(place, 4) OVER weeks AS place_of_month,
        lag(score, 4) OVER weeks AS score_of_month,
        coalesce(
            lead(scored_at) OVER (PARTITION BY golden_id ORDER BY scored_at), scored_at + INTERVAL '7 days'
        ) AS valid_to
    FROM (
        SELECT
            entity_id AS golden_id,
            model_version,
            scored_at,
            score,
            band,
            CASE band WHEN 'green' THEN 3 WHEN 'amber' THEN 2 WHEN 'red' THEN 1 END AS place
        FROM scores
        WHERE entity_type = 'customer' AND model_id = 'usage-score'
    ) AS scored
    WINDOW weeks AS (PARTITION BY golden_id, model_version ORDER BY scored_at)
) AS compared
