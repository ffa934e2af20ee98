-- Daily rates as intervals: the rate of a day holds from its beginning to that of the next.
SELECT
    currency,
    rate,
    rate_date AS valid_from,
    CAST(rate_date + INTERVAL '1' DAY AS DATE) AS valid_to
FROM fx_rates
WHERE rate_type = 'daily'
