-- by team: t.name
-- Leads that have had 90 days by the date of the report, 15 June in Berlin.
SELECT {by} AS member, count(*) FILTER (l.qualified_at BETWEEN l.created_at AND l.created_at + INTERVAL 90 DAY) / count(*)
FROM leads l LEFT JOIN teams t USING (team_id)
WHERE NOT is_tester(l.golden_id) AND l.created_at <= TIMESTAMP '2026-06-14 22:00' - INTERVAL 90 DAY
  AND berlin_day(l.created_at) >= $end::DATE - INTERVAL 12 MONTH AND berlin_day(l.created_at) < $end::DATE - INTERVAL 0 MONTH
GROUP BY ALL
