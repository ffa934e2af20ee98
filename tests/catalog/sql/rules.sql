-- Test customers are in no figure; a record without a customer is in all.
CREATE TEMP MACRO is_tester(golden) AS
    coalesce(golden IN (SELECT golden_id FROM customers WHERE is_test), FALSE);

-- The company's day of a stored instant.
CREATE TEMP MACRO berlin_day(instant) AS
    CAST(timezone('Europe/Berlin', timezone('UTC', instant)) AS DATE);

-- The customer behind a contact.
CREATE TEMP MACRO golden_of(contact) AS (
    SELECT any_value(own.golden_id) FROM contacts person JOIN customers own USING (customer_id)
    WHERE person.contact_id = contact
);

-- The hour of a stored instant at the company.
CREATE TEMP MACRO berlin_hour(instant) AS
    EXTRACT(HOUR FROM timezone('Europe/Berlin', timezone('UTC', instant)));

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

-- The share of a plan's working days (from and to, with the last day) that lie in a period, half-open.
CREATE TEMP TABLE days_off AS
    SELECT unnest([
        '2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-05-14', '2026-05-25', '2026-12-25',
        '2025-01-01', '2025-04-18', '2025-04-21', '2025-05-01', '2025-05-29', '2025-06-09', '2025-10-03',
        '2025-12-25', '2025-12-26', '2024-01-01', '2024-03-29', '2024-04-01', '2024-05-01', '2024-05-09',
        '2024-05-20', '2024-10-03', '2024-12-25', '2024-12-26', '2023-12-25', '2023-12-26'
    ])::DATE AS day;
CREATE TEMP MACRO worked(since, until) AS (
    SELECT count(*) FROM range(since::TIMESTAMP, until::TIMESTAMP, INTERVAL 1 DAY) AS days(day)
    WHERE isodow(day) < 6 AND day::DATE NOT IN (FROM days_off)
);
CREATE TEMP MACRO share_of(since, last_day, first_day, end_day) AS
    worked(greatest(since, first_day::DATE), least(last_day + 1, end_day::DATE)) / worked(since, last_day + 1);

-- The first day of the period before: a week, a month or a year earlier.
CREATE TEMP MACRO begin_before(first_day, end_day) AS CAST(first_day - CASE
    WHEN end_day - first_day = 7 THEN INTERVAL 7 DAY
    WHEN end_day - first_day <= 31 THEN INTERVAL 1 MONTH
    ELSE INTERVAL 1 YEAR END AS DATE);

-- The first of the twelve months that end before a day.
CREATE TEMP MACRO year_before(end_day) AS CAST(CASE
    WHEN day(end_day) = 1 THEN end_day - INTERVAL 1 YEAR
    ELSE end_day - INTERVAL 1 DAY - INTERVAL 1 YEAR + INTERVAL 1 DAY END AS DATE);

-- The last estimate of an opportunity above nothing: amounts are often set to zero on closing.
CREATE TEMP MACRO last_amount(deal, estimate) AS
    coalesce(nullif(estimate, 0), (
        SELECT max_by(own.amount_at_entry, own.seq) FROM stage_history own
        WHERE own.opportunity_id = deal AND own.amount_at_entry <> 0
    ));

-- Hours of the service desk between two instants, day by day of the company's own calendar, which says when it is
-- open in local time: each opening is cut to the stretch. A record that ends before it begins is a fault.
CREATE TEMP TABLE openings AS
    SELECT timezone('UTC', timezone('Europe/Berlin', date + open_from::TIME)) AS opens,
           timezone('UTC', timezone('Europe/Berlin', date + open_to::TIME)) AS closes
    FROM calendar WHERE country = 'DE' AND is_workday;
CREATE TEMP MACRO open_hours(began, ended) AS CASE WHEN ended >= began THEN (
    SELECT coalesce(sum(date_diff('microsecond', greatest(own.opens, began), least(own.closes, ended))), 0) / 3.6e9
    FROM openings own WHERE own.opens < ended AND own.closes > began
) END;

-- The version of a customer that held right before the end of a period, and its business segment.
CREATE TEMP MACRO version_before(golden, instant) AS (
    SELECT any_value(own.customer_key) FROM customers own
    WHERE own.golden_id = golden AND own.status <> 'merged' AND own.valid_from < instant
      AND (own.valid_to IS NULL OR own.valid_to >= instant)
);
CREATE TEMP MACRO segment_on(golden, on_day) AS (
    SELECT any_value(own.segment) FROM segments own
    WHERE own.golden_id = golden AND own.scheme = 'business' AND own.valid_from <= on_day
      AND (own.valid_to IS NULL OR own.valid_to > on_day)
);

-- Classes of whole years between a date of birth and a day.
CREATE TEMP MACRO age_class(born, on_day) AS CASE
    WHEN born IS NULL THEN NULL
    WHEN born > on_day THEN '(not yet born)'
    WHEN born + INTERVAL 18 YEAR > on_day THEN 'under 18'
    WHEN born + INTERVAL 30 YEAR > on_day THEN '18 to 29'
    WHEN born + INTERVAL 45 YEAR > on_day THEN '30 to 44'
    WHEN born + INTERVAL 60 YEAR > on_day THEN '45 to 59'
    WHEN born + INTERVAL 75 YEAR > on_day THEN '60 to 74'
    WHEN born + INTERVAL 111 YEAR > on_day THEN '75 to 110'
    ELSE '(over 110)' END;

-- The day a customer began: as recorded, else that of its first order or its first use of an application.
CREATE TEMP TABLE begun AS
    SELECT golden_id, min(day) AS first_on FROM (
        SELECT golden_id, berlin_day(ordered_at) AS day FROM orders WHERE status IS DISTINCT FROM 'cancelled'
        UNION ALL SELECT golden_id, date FROM app_usage
    ) GROUP BY ALL;
CREATE TEMP MACRO began_on(golden, recorded) AS
    coalesce(recorded, (SELECT any_value(own.first_on) FROM begun own WHERE own.golden_id = golden));
