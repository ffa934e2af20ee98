-- Deals by the day they were won. Some cells hold two profiles, separated by a comma.
SELECT *, won_date[:10] AS won_on, lead_behaviour_profile AS profile, contains(lead_behaviour_profile, ',') AS two_profiles
FROM "olist_closed_deals_dataset.csv"
