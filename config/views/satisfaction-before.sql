-- One row per opportunity: the customer's last survey answer in the twelve months before it, from 0 to 100.
SELECT
    opportunity_id,
    100.0 * (score - scale_min) / (scale_max - scale_min) AS satisfaction
FROM (
    SELECT
        o.opportunity_id,
        s.score,
        s.scale_min,
        s.scale_max,
        row_number() OVER (
            PARTITION BY o.opportunity_id ORDER BY s.answered_at DESC, s.response_id DESC
        ) AS place
    FROM opportunities AS o
    INNER JOIN surveys AS s
        ON s.golden_id = o.golden_id
        AND s.answered_at <= o.created_at
        AND s.answered_at >= o.created_at - INTERVAL '12 months'
) AS answers
WHERE place = 1
