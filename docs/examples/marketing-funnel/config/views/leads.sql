-- Origins as they were recorded, blank ones apart from those that say “unknown”; and both as one.
SELECT *, coalesce(nullif(trim(origin), ''), 'unknown') AS known_origin
FROM "olist_marketing_qualified_leads_dataset.csv"
