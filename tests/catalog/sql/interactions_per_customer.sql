-- by customer_type: c.customer_type
SELECT {by} AS member, count(*) / nullif(count(DISTINCT i.golden_id), 0)
FROM interactions i LEFT JOIN customers c ON c.customer_key = version_at(i.golden_id, i.started_at)
WHERE NOT i.is_automated AND NOT is_tester(i.golden_id) AND i.started_at >= $start AND i.started_at < $until
GROUP BY ALL
