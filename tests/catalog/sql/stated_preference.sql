-- by contact_channel: k.channel
WITH agreed AS (
    SELECT {by} AS member, golden_of(k.contact_id) AS golden_id
    FROM consents k
    WHERE k.status = 'granted' AND k.valid_from < $until AND (k.valid_to IS NULL OR k.valid_to >= $until)
      AND NOT is_tester(golden_of(k.contact_id))
)
SELECT member, count(DISTINCT golden_id) / nullif((SELECT count(DISTINCT golden_id) FROM agreed), 0)
FROM agreed GROUP BY ALL
