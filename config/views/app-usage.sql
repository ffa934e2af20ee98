-- Use of the applications, with a name for the user and for the day of use that is unique over all customers.
SELECT
    golden_id,
    product_id,
    user_ref,
    application,
    feature,
    date AS used_on,
    records_processed,
    logins,
    active_minutes,
    is_service,
    golden_id || ' ' || user_ref AS user_key,
    golden_id || ' ' || CAST(date AS VARCHAR) AS day_key,
    golden_id || ' ' || feature AS feature_key
FROM app_usage
