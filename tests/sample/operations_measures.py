"""How the planted effects of quotes, contracts, money, goods, work and reporting are measured in the warehouse."""

from __future__ import annotations

from collections.abc import Callable

from broadsheet.sample.recipes import Effect

Query = Callable[[Effect], str]

SEGMENT = """(SELECT golden_id, segment FROM customers WHERE status = 'active' AND valid_to IS NULL)"""


def fall(share: str, rows: str, here: str, later: str) -> str:
    """The fall of a share at the place less its fall elsewhere."""
    return f"""
        WITH rates AS (SELECT {here} AS here, {later} AS later, avg(CAST({share} AS INT)) AS rate
                       FROM {rows} GROUP BY ALL)
        SELECT sum(CASE WHEN here = later THEN -rate ELSE rate END) FROM rates
        WHERE here IS NOT NULL AND later IS NOT NULL"""


def quote_discount(e: Effect) -> str:
    """Closing rate of deep discounts less that of the others, by the last revision of the first quote."""
    return f"""
        WITH final AS (SELECT arg_max(amount / list_amount, revision) AS level, any_value(opportunity_id) AS deal
                       FROM quotes WHERE list_amount > 0 GROUP BY quote_root_id)
        SELECT avg(CAST(outcome = 'won' AS INT)) FILTER (level <= 0.9)
             - avg(CAST(outcome = 'won' AS INT)) FILTER (level > 0.9)
        FROM final JOIN opportunities ON deal = opportunity_id JOIN products USING (product_id)
        WHERE category = '{e.place}' AND outcome IN ('won', 'lost')"""


def solvency_outcome(e: Effect) -> str:
    win = "avg(CAST(outcome = 'won' AS INT))"
    return f"""
        SELECT {win} FILTER (solvency_band <> '{e.place}') - {win} FILTER (solvency_band = '{e.place}')
        FROM opportunities o JOIN credit_status c ON c.golden_id = o.golden_id
            AND CAST(timezone('Europe/Berlin', timezone('UTC', o.created_at)) AS DATE) >= c.valid_from
            AND (c.valid_to IS NULL
                 OR CAST(timezone('Europe/Berlin', timezone('UTC', o.created_at)) AS DATE) < c.valid_to)
        WHERE opportunity_kind = 'cross-sell' AND outcome IN ('won', 'lost')"""


def late_tasks(e: Effect) -> str:
    rows = "tasks JOIN teams USING (team_id) WHERE status <> 'cancelled' AND first_due_at < TIMESTAMP '2026-06-15'"
    return fall("coalesce(done_at <= first_due_at, FALSE)", rows, f"name = '{e.place}'",
                f"first_due_at >= TIMESTAMP '{e.start}'")  # fmt: skip


def late_documents(e: Effect) -> str:
    rows = "documents JOIN teams USING (team_id) WHERE due_at < TIMESTAMP '2026-06-15'"
    return fall("coalesce(sent_at <= due_at, FALSE)", rows, f"name = '{e.place}'",
                f"due_at >= TIMESTAMP '{e.start}'")  # fmt: skip


def stuck_process(e: Effect) -> str:
    """Of finished stays that had a month to end."""
    days = "median(date_diff('minute', entered_at, left_at))"
    return f"""
        SELECT {days} FILTER (entered_at >= TIMESTAMP '{e.start}')
             / {days} FILTER (entered_at < TIMESTAMP '{e.start}')
        FROM process_steps WHERE step = '{e.place}' AND status = 'done'
            AND entered_at < TIMESTAMP '{e.end}' - INTERVAL 30 DAY"""


def renewal_fall(e: Effect) -> str:
    """Of terms whose grace is over."""
    rows = f"""subscriptions JOIN {SEGMENT} s USING (golden_id) WHERE term_end + 30 <= DATE '{e.end}'"""
    return fall("coalesce(CAST(renewed_at AS DATE) <= term_end + 30, FALSE)", rows, f"segment = '{e.place}'",
                f"term_end >= DATE '{e.start}'")  # fmt: skip


def contract_cuts(e: Effect) -> str:
    return f"""
        SELECT 1 - avg(value / previous_value) FROM contracts JOIN {SEGMENT} s USING (golden_id)
        WHERE segment = '{e.place}' AND adjusted_at >= TIMESTAMP '{e.start}'"""


def late_payers(e: Effect) -> str:
    """Median delay of transfers due in the first two months, which had time to be paid, against before."""
    days = "median(date_diff('day', due_at, CAST(paid_at AS DATE)))"
    return f"""
        SELECT {days} FILTER (due_at BETWEEN DATE '{e.start}' AND DATE '{e.start}' + 60)
             - {days} FILTER (due_at < DATE '{e.start}')
        FROM payments JOIN invoices USING (invoice_id) JOIN {SEGMENT} s USING (golden_id)
        WHERE segment = '{e.place}' AND method = 'transfer' AND payments.status = 'booked' AND invoices.amount > 0"""


def failed_payments(e: Effect) -> str:
    share = "avg(CAST(status = 'failed' AS INT))"
    return f"""
        SELECT {share} FILTER (paid_at >= TIMESTAMP '{e.start}') - {share} FILTER (paid_at < TIMESTAMP '{e.start}')
        FROM payments WHERE method = '{e.place}'"""


def late_deliveries(e: Effect) -> str:
    rows = """deliveries JOIN orders USING (order_id)
              WHERE NOT is_rest AND promised_at < TIMESTAMP '2026-06-15' AND status = 'done'"""
    return fall("coalesce(delivered_at <= promised_at, FALSE)", rows, f"warehouse = '{e.place}'",
                f"ordered_at >= TIMESTAMP '{e.start}'")  # fmt: skip


def scrap_rise(e: Effect) -> str:
    scrap = "sum(qty_scrap) FILTER ({0}) / sum(qty_good + qty_scrap) FILTER ({0})"
    after, before = (f"completed_at {sign} TIMESTAMP '{e.start}'" for sign in (">=", "<"))
    return f"""
        SELECT {scrap.format(after)} - {scrap.format(before)} FROM production_runs WHERE plant = '{e.place}'"""


def weak_batch(e: Effect) -> str:
    """Of the claims with a legible batch about goods ordered since."""
    return f"""
        SELECT avg(CAST(batch = '{e.place} {e.start:%Y-%m}' AS INT)) FROM returns JOIN orders USING (order_id)
        WHERE batch LIKE '{e.place} %' AND ordered_at >= TIMESTAMP '{e.start}'"""


def stock_out(e: Effect) -> str:
    return f"""
        SELECT avg(CAST(qty_on_hand <= 0 AS INT)) FROM inventory_snapshots JOIN products USING (product_id)
        WHERE name = '{e.place}' AND date >= DATE '{e.start}'"""


def rosy_forecast(e: Effect) -> str:
    """The eve's forecast of the whole months since the start against the revenue at plan rates."""
    return f"""
        WITH hoped AS (
            SELECT team_id, period_start, period_end, amount FROM plan_targets JOIN teams USING (team_id)
            WHERE scenario = 'forecast' AND kpi_id = 'revenue' AND version = 2 AND name = '{e.place}'
                AND period_start >= DATE '{e.start}' AND period_end <= DATE '{e.end}'),
        came AS (
            SELECT team_id, CAST(date_trunc('month', ordered_at) AS DATE) AS period_start,
                   sum(net_amount * rate) AS amount
            FROM orders JOIN order_lines USING (order_id) JOIN fx_rates f
                ON f.currency = orders.currency AND rate_date = CAST(ordered_at AS DATE) AND rate_type = 'plan'
            WHERE status <> 'cancelled' GROUP BY ALL)
        SELECT sum(hoped.amount) / sum(came.amount) - 1 FROM hoped JOIN came USING (team_id, period_start)"""


def service_praised(e: Effect) -> str:
    named = f"avg(CAST(referral_reason = '{e.place}' AS INT))"
    return f"""
        SELECT {named} FILTER (created_at >= TIMESTAMP '{e.start}')
             - {named} FILTER (created_at < TIMESTAMP '{e.start}') FROM leads"""


def apt_actions(e: Effect) -> str:
    helped = "avg(CAST((value_after > value_before) = (direction = 'up') AS INT))"
    return f"""
        SELECT {helped} FILTER (cause = '{e.place}') - {helped} FILTER (cause <> '{e.place}')
        FROM report_feedback WHERE value_after IS NOT NULL"""


def slow_reports(e: Effect) -> str:
    minutes = "median(date_diff('second', data_ready_at, finished_at))"
    return f"""
        SELECT {minutes} FILTER (as_of >= TIMESTAMP '{e.start}') / {minutes} FILTER (as_of < TIMESTAMP '{e.start}')
        FROM report_runs WHERE audience = '{e.place}' AND attempt = 1"""


# For each effect the query, and the part of the drawn size that must be seen at least and at most.
MEASURES: dict[str, tuple[Query, float, float]] = {
    "quote-discount": (quote_discount, 0.7, 1.3),
    "solvency-outcome": (solvency_outcome, 0.6, 1.4),
    "late-tasks": (late_tasks, 0.5, 1.5),
    "late-documents": (late_documents, 0.45, 1.55),
    "stuck-process": (stuck_process, 0.7, 1.4),
    "renewal-fall": (renewal_fall, 0.5, 1.5),
    "contract-cuts": (contract_cuts, 0.85, 1.15),
    "late-payers": (late_payers, 0.75, 1.3),
    "failed-payments": (failed_payments, 0.7, 1.3),
    "late-deliveries": (late_deliveries, 0.75, 1.25),
    "scrap-rise": (scrap_rise, 0.7, 1.3),
    "weak-batch": (weak_batch, 0.8, 1.7),
    "service-praised": (service_praised, 0.55, 1.45),
    "apt-actions": (apt_actions, 0.5, 1.5),
    "stock-out": (stock_out, 1.0, 1.0),
    "rosy-forecast": (rosy_forecast, 0.75, 1.25),
    "slow-reports": (slow_reports, 0.75, 1.3),
}
