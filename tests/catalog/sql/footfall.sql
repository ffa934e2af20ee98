-- by store: s.name
-- by daypart: berlin_hour(t.ts_hour)
-- by region: g.region
WITH bought AS (
    SELECT store_id, date_trunc('hour', ordered_at) AS ts_hour, count(*) AS n FROM orders
    WHERE status <> 'cancelled' AND NOT is_tester(golden_id) GROUP BY ALL
)
SELECT {by} AS member, sum(t.entries)
FROM store_traffic t LEFT JOIN bought b USING (store_id, ts_hour) JOIN stores s USING (store_id)
LEFT JOIN geo g USING (geo_id)
WHERE t.counter_ok AND t.ts_hour >= $start AND t.ts_hour < $until
GROUP BY ALL
