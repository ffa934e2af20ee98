-- by problem: a.problem_code
WITH askers AS (
    SELECT DISTINCT c.golden_id, c.problem_code FROM cases c
    WHERE c.type = 'suggestion' AND NOT is_tester(c.golden_id) AND c.created_at >= $start AND c.created_at < $until
), spent AS (
    SELECT o.golden_id, sum(eur(l.net_amount, o.currency, berlin_day(o.ordered_at))) AS amount
    FROM order_lines l JOIN orders o USING (order_id)
    WHERE o.status <> 'cancelled' AND o.ordered_at >= $start AND o.ordered_at < $until
    GROUP BY ALL
), asked AS (SELECT DISTINCT {by} AS member, a.golden_id FROM askers a)
SELECT member, coalesce(sum(s.amount), 0) FROM asked LEFT JOIN spent s USING (golden_id)
GROUP BY ALL
