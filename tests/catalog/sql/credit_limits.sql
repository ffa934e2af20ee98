-- by solvency: r.solvency_band
SELECT {by} AS member, sum(r."limit")
FROM credit_status r WHERE NOT is_tester(r.golden_id) AND r.valid_from < $end AND (r.valid_to IS NULL OR r.valid_to >= $end)
GROUP BY ALL
