-- by age_group: age_class(c.birth_date, CAST($end AS DATE) - 1)
-- by segment: segment_at(o.golden_id, o.ordered_at)
WITH bought AS (
    SELECT o.order_id, o.golden_id, o.ordered_at, {by} AS member
    FROM orders o LEFT JOIN customers c ON c.customer_key = version_before(o.golden_id, $until)
    WHERE o.golden_id IS NOT NULL AND o.status <> 'cancelled' AND NOT is_tester(o.golden_id)
      AND berlin_day(o.ordered_at) >= year_before($end) AND o.ordered_at < $until
), spent AS (
    SELECT o.golden_id, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS amount
    FROM order_lines l JOIN orders o USING (order_id) WHERE o.order_id IN (SELECT order_id FROM bought) GROUP BY ALL
), ranked AS (
    SELECT golden_id, row_number() OVER (ORDER BY amount DESC, golden_id) AS place, count(*) OVER () AS n
    FROM spent WHERE amount IS NOT NULL
), valuable AS (SELECT golden_id FROM ranked WHERE place <= ceil(n * 0.1))
SELECT member, count(DISTINCT golden_id) FROM bought WHERE golden_id IN (FROM valuable) GROUP BY ALL
