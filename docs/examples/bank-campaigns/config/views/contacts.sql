-- A row has no key and a month without a year. The rows stand in the order of the calls, which began in May 2008: a
-- year begins where a month is earlier than the one before. A call is dated to the first day of its month.
-- Twelve rows are equal to another one. Nothing tells a repetition from two clients alike, so all of them count.
WITH numbered AS (
    SELECT *, row_number() OVER () AS contact_no, month(strptime(month, '%b')) AS month_no
    FROM "bank-additional-full.csv"
),
turned AS (
    SELECT *, CAST(month_no < lag(month_no) OVER (ORDER BY contact_no) AS INTEGER) AS new_year FROM numbered
)
SELECT
    * EXCLUDE (new_year),
    make_date(2008 + CAST(COALESCE(sum(new_year) OVER (ORDER BY contact_no), 0) AS INTEGER), month_no, 1) AS called_in
FROM turned
