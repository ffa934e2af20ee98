-- Test customers are in no figure; a record without a customer is in all.
CREATE TEMP MACRO is_tester(golden) AS
    coalesce(golden IN (SELECT golden_id FROM customers WHERE is_test), FALSE);

-- The company's day of a stored instant.
CREATE TEMP MACRO berlin_day(instant) AS
    CAST(timezone('Europe/Berlin', timezone('UTC', instant)) AS DATE);

-- Money in EUR at the rate of a day; empty, so left out, where the day has none.
CREATE TEMP MACRO eur(money, code, on_day) AS
    money * CASE WHEN code = 'EUR' THEN 1 ELSE (
        SELECT any_value(own.rate) FROM fx_rates own
        WHERE own.currency = code AND own.rate_date = on_day AND own.rate_type = 'daily'
    ) END;

-- Elapsed hours; a record that ends before it begins is a fault and in no duration.
CREATE TEMP MACRO elapsed_hours(began, ended) AS
    CASE WHEN ended >= began THEN date_diff('microsecond', began, ended) / 3.6e9 END;

-- The version of a customer, and its business segment, that held at an instant.
CREATE TEMP MACRO segment_at(golden, instant) AS (
    SELECT any_value(own.segment) FROM segments own
    WHERE own.golden_id = golden AND own.scheme = 'business' AND own.valid_from <= berlin_day(instant)
      AND (own.valid_to IS NULL OR own.valid_to > berlin_day(instant))
);
CREATE TEMP MACRO version_at(golden, instant) AS (
    SELECT any_value(own.customer_key) FROM customers own
    WHERE own.golden_id = golden AND own.status <> 'merged' AND own.valid_from <= instant
      AND (own.valid_to IS NULL OR own.valid_to > instant)
);
