"""Every planted effect can be measured in the finished warehouse by a query of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import duckdb
import pytest

from broadsheet.sample.effects import RECIPES, draw
from broadsheet.sample.recipes import Effect
from sample.operations_measures import MEASURES as OPERATIONS

Query = Callable[[Effect], str]
UNTIL = date(2026, 6, 14)

WIN = "count(*) FILTER (outcome = 'won') / count(*) FILTER (outcome IN ('won', 'lost'))"
DEALS = """(SELECT o.*, t.name AS team, s.segment FROM opportunities o JOIN teams t USING (team_id)
            LEFT JOIN (SELECT golden_id, segment FROM customers WHERE status = 'active' AND valid_to IS NULL) s
            USING (golden_id))"""


def win_rate_fall(e: Effect) -> str:
    """Fall at the place less the fall elsewhere."""
    after = f"closed_at >= TIMESTAMP '{e.start}'"
    return f"""
        WITH rates AS (SELECT team = '{e.place}' AS here, {after} AS later, {WIN} AS rate
                       FROM {DEALS} WHERE closed_at IS NOT NULL GROUP BY ALL)
        SELECT sum(CASE WHEN here = later THEN -rate ELSE rate END) FROM rates"""


def slipped_deals(e: Effect) -> str:
    return f"""
        SELECT count(*) FROM {DEALS} JOIN (SELECT * FROM fx_rates WHERE rate_type = 'plan') f
            ON f.currency = opportunities.currency AND rate_date = DATE '{e.end}'
        WHERE outcome = 'open' AND team = '{e.place}' AND amount_est * rate > 120000
            AND expected_close_date BETWEEN DATE '{e.start}' AND DATE '{e.end}'""".replace(
        DEALS, f"{DEALS} opportunities"
    )


def segment_outcome(e: Effect) -> str:
    return f"""
        SELECT {WIN.replace("FILTER (", f"FILTER (segment = '{e.place}' AND ")}
             - {WIN.replace("FILTER (", f"FILTER (segment <> '{e.place}' AND ")}
        FROM {DEALS}"""


def competitor_gains(e: Effect) -> str:
    return f"""
        WITH shares AS (
            SELECT closed_at >= TIMESTAMP '{e.start}' AS later, avg(CAST(name = '{e.place}' AS INT)) AS share
            FROM opportunities JOIN opportunity_competitors USING (opportunity_id)
            JOIN competitors USING (competitor_id)
            WHERE outcome = 'lost' AND role = 'winner' GROUP BY ALL)
        SELECT sum(CASE WHEN later THEN share ELSE -share END) FROM shares"""


def price_rise(e: Effect) -> str:
    """Price per unit in the four months on both sides, per product, so that the mix does not matter."""
    return f"""
        WITH prices AS (
            SELECT product_id, ordered_at >= TIMESTAMP '{e.start}' AS later,
                   sum(net_amount + discount) / sum(qty) AS price
            FROM orders JOIN order_lines USING (order_id) JOIN products USING (product_id)
            WHERE category = '{e.place}' AND currency = 'EUR' AND sales_channel <> 'field'
                AND ordered_at > TIMESTAMP '{e.start}' - INTERVAL 4 MONTH
                AND ordered_at < TIMESTAMP '{e.start}' + INTERVAL 2 MONTH
                AND year(ordered_at) = year(DATE '{e.start}')
            GROUP BY ALL)
        SELECT median(b.price / a.price) - 1 FROM prices a JOIN prices b USING (product_id)
        WHERE b.later AND NOT a.later"""


def discount_creep(e: Effect) -> str:
    """The last month against the months before the start."""
    rate = "sum(discount) FILTER ({0}) / sum(net_amount + discount) FILTER ({0})"
    return f"""
        SELECT {rate.format(f"ordered_at >= TIMESTAMP '{e.end}' - INTERVAL 30 DAY")}
             - {rate.format(f"ordered_at < TIMESTAMP '{e.start}'")}
        FROM orders JOIN order_lines USING (order_id) WHERE sales_channel = '{e.place}'"""


def december_shift(e: Effect) -> str:
    """Orders of the December days against the same days a year before, growth taken off."""
    day = "DATE '{}' - INTERVAL {} YEAR"
    days = f"count(*) FILTER (ordered_at::DATE BETWEEN {day.format(e.start, '{0}')} AND {day.format(e.end, '{0}')})"
    return f"""
        SELECT 1 - {days.format(0)} / {days.format(1)} / 1.08
        FROM orders WHERE sales_channel = '{e.place}'"""


def shop_closed(e: Effect) -> str:
    return f"""
        SELECT 1 - count(*) FILTER (ordered_at >= TIMESTAMP '{e.start}') / count(*)::DOUBLE
        FROM orders JOIN stores USING (store_id)
        WHERE name = '{e.place}'
            AND EXISTS (FROM context_events WHERE value LIKE '{e.place}%' AND start = DATE '{e.start}')"""


def dear_good_source(e: Effect) -> str:
    """The lesser of the two ratios: conversion, and cost per lead, against the other paid channels."""
    return f"""
        WITH cost AS (SELECT channel, sum(amount) AS amount FROM campaign_costs JOIN campaigns USING (campaign_id)
                      WHERE kind = 'actual' GROUP BY ALL),
             lead AS (SELECT source_channel AS channel, count(*) AS n, count(converted_opportunity_id) AS c
                      FROM leads WHERE source_channel IN (SELECT channel FROM cost) GROUP BY ALL),
             sides AS (SELECT channel = '{e.place}' AS here, sum(c) / sum(n) AS rate, sum(amount) / sum(n) AS price
                      FROM cost JOIN lead USING (channel) GROUP BY ALL)
        SELECT least(a.rate / b.rate, a.price / b.price) FROM sides a, sides b WHERE a.here AND NOT b.here"""


def campaign_overspend(e: Effect) -> str:
    return f"""
        SELECT sum(amount) FILTER (kind = 'actual') / sum(amount) FILTER (kind = 'planned')
        FROM campaign_costs JOIN campaigns USING (campaign_id)
        WHERE channel = '{e.place}' AND cost_date BETWEEN DATE '{e.start}' AND DATE '{e.end}'"""


def lead_flood(e: Effect) -> str:
    """Share of the channel among leads: odds in the month against odds in the same month of the years before."""
    inside = f"created_at::DATE BETWEEN DATE '{e.start}' AND DATE '{e.end}'"
    before = f"month(created_at) = month(DATE '{e.start}') AND created_at < TIMESTAMP '{e.start}'"
    here, elsewhere = (
        f"count(*) FILTER (source_channel {sign} '{e.place}' AND {{0}})" for sign in ("=", "<>")
    )
    odds = f"{here} / {elsewhere}"
    return f"SELECT ({odds.format(inside)}) / ({odds.format(before)}) FROM leads"


def defect_product(e: Effect) -> str:
    """Claims per line sold, of lines sold at least a month before the end."""
    return f"""
        WITH lines AS (
            SELECT ordered_at >= TIMESTAMP '{e.start}' AS later, order_id, product_id
            FROM orders JOIN order_lines USING (order_id) JOIN products USING (product_id)
            WHERE name = '{e.place}' AND sales_channel <> 'field'
                AND ordered_at < TIMESTAMP '{e.end}' - INTERVAL 30 DAY),
        rates AS (SELECT later, avg(CAST(kind IS NOT NULL AS INT)) AS rate FROM lines
                  LEFT JOIN (SELECT DISTINCT order_id, product_id, kind FROM returns WHERE kind = 'claim')
                  USING (order_id, product_id) GROUP BY ALL)
        SELECT a.rate / b.rate FROM rates a, rates b WHERE a.later AND NOT b.later"""


def sla_collapse(e: Effect) -> str:
    """Median first response against the time before."""
    time = "median(date_diff('minute', created_at, first_response_at) / date_diff('hour', created_at, sla_due_at))"
    return f"""
        SELECT {time} FILTER (created_at >= TIMESTAMP '{e.start}')
             / {time} FILTER (created_at < TIMESTAMP '{e.start}')
        FROM cases WHERE queue = '{e.place}'"""


def script_helps(e: Effect) -> str:
    """First-contact resolution of cases with the script against the others."""
    rate = "avg(CASE WHEN contacts_to_resolve = 1 AND reopened_count = 0 THEN 1.0 ELSE 0.0 END)"
    return f"""
        WITH led AS (SELECT DISTINCT case_id FROM interactions WHERE script_id = '{e.place}')
        SELECT {rate} FILTER (case_id IN (FROM led)) - {rate} FILTER (case_id NOT IN (FROM led))
        FROM cases WHERE resolved_at IS NOT NULL"""


def long_holds(e: Effect) -> str:
    return f"""
        SELECT avg(hold_s) FILTER (started_at >= TIMESTAMP '{e.start}')
             / avg(hold_s) FILTER (started_at < TIMESTAMP '{e.start}')
        FROM interactions WHERE queue = '{e.place}' AND hold_s > 0"""


def satisfaction_fall(e: Effect) -> str:
    return f"""
        SELECT avg(score) FILTER (c.created_at < TIMESTAMP '{e.start}')
             - avg(score) FILTER (c.created_at >= TIMESTAMP '{e.start}')
        FROM surveys JOIN cases c USING (case_id) WHERE c.channel = '{e.place}' AND answered_at IS NOT NULL"""


def strong_response(e: Effect) -> str:
    """Response rate of the people addressed by the channel, against the other channels."""
    rate = "count(first_response_at) FILTER ({0}) / count(*) FILTER ({0})"
    return f"""
        SELECT {rate.format(f"channel = '{e.place}'")} / ({rate.format(f"channel <> '{e.place}'")})
        FROM campaign_members JOIN campaigns USING (campaign_id) WHERE addressed_at IS NOT NULL"""


def unread_list(e: Effect) -> str:
    """Fall of the share of delivered mails that the list opened, less the fall of the others."""
    return f"""
        WITH mails AS (
            SELECT message_id, contact_id, list_source = '{e.place}' AS here,
                   min(ts) >= TIMESTAMP '{e.start}' AS later,
                   bool_or(event = 'open' AND NOT is_machine) AS opened
            FROM email_events JOIN contacts USING (contact_id) GROUP BY ALL HAVING bool_or(event = 'delivered')),
        rates AS (SELECT here, later, avg(CAST(opened AS INT)) AS rate FROM mails GROUP BY ALL)
        SELECT 1 - (a.rate / b.rate) / (c.rate / d.rate) FROM rates a, rates b, rates c, rates d
        WHERE a.here AND a.later AND b.here AND NOT b.later
            AND NOT c.here AND c.later AND NOT d.here AND NOT d.later"""


def no_show(e: Effect) -> str:
    rate = "count(*) FILTER (attended AND {0}) / count(*) FILTER ({0})"
    return f"""
        SELECT {rate.format(f"event_name NOT LIKE '{e.place}%'")} - {rate.format(f"event_name LIKE '{e.place}%'")}
        FROM event_registrations WHERE kind = 'webinar' AND confirmed_at IS NOT NULL AND cancelled_at IS NULL
            AND held_on <= DATE '{e.end}'"""


def bad_mentions(e: Effect) -> str:
    """Organic mentions in the month, against the same month of the years before, over that of the other networks."""
    odds = "sum(mentions) FILTER (network = '{0}' AND {1}) / sum(mentions) FILTER (network <> '{0}' AND {1})"
    inside, before = f"date BETWEEN '{e.start}' AND '{e.end}'", f"date < DATE '{e.start}'"
    return f"""
        SELECT ({odds.format(e.place, inside)}) / ({odds.format(e.place, before)})
        FROM social_metrics WHERE placement = 'organic'"""


def page_turns_away(e: Effect) -> str:
    rate = "count(*) FILTER (pages_n = 1 AND {0}) / count(*) FILTER ({0})"
    return f"""
        SELECT {rate.format(f"started_at >= TIMESTAMP '{e.start}'")}
             - {rate.format(f"started_at < TIMESTAMP '{e.start}'")}
        FROM web_visits WHERE entry_page = '{e.place}' AND NOT is_bot"""


def cart_payment(e: Effect) -> str:
    rate = "count(*) FILTER (order_id IS NULL AND {0}) / count(*) FILTER ({0})"
    return f"""
        SELECT {rate.format(f"created_at >= TIMESTAMP '{e.start}'")}
             - {rate.format(f"created_at < TIMESTAMP '{e.start}'")}
        FROM carts WHERE payment_method = '{e.place}' AND merged_cart_id IS NULL"""


def window_shoppers(e: Effect) -> str:
    """Entries of the months since the start, over those of a year before, against the other counted shops."""
    odds = "sum(entries) FILTER (name = '{0}' AND {1}) / sum(entries) FILTER (name <> '{0}' AND {1})"
    later, before = (f"ts_hour >= TIMESTAMP '{e.start}'", f"ts_hour < TIMESTAMP '{e.start}'")
    return f"""
        SELECT ({odds.format(e.place, later)}) / ({odds.format(e.place, before)})
        FROM store_traffic JOIN stores USING (store_id)
        WHERE ts_hour < (SELECT coalesce(min(start), DATE '{e.end}') FROM context_events WHERE kind = 'outage')"""


def use_falls(e: Effect) -> str:
    """Records per day of customers that were there before, since the start against the same span before it."""
    days = f"(DATE '{e.end}' - DATE '{e.start}' + 1)"
    later, before = (
        f"date >= '{e.start}'",
        f"date < '{e.start}' AND date >= DATE '{e.start}' - CAST({days} AS INT)",
    )
    return f"""
        SELECT 1 - sum(records_processed) FILTER ({later}) / sum(records_processed) FILTER ({before})
        FROM app_usage WHERE application = '{e.place}' AND golden_id IN (
            SELECT golden_id FROM app_usage GROUP BY ALL HAVING min(date) < DATE '{e.start}' - CAST({days} AS INT))"""


def market_outgrows(e: Effect) -> str:
    """Market sales per own sale, before and after."""
    own = f"""SELECT CAST(date_trunc('quarter', timezone('Europe/Berlin', timezone('UTC', ordered_at))) AS DATE) AS q,
              sum(net_amount) AS own FROM orders JOIN order_lines USING (order_id) JOIN products USING (product_id)
              WHERE category = '{e.place}' AND status <> 'cancelled' AND golden_id IS NOT NULL GROUP BY ALL"""
    return f"""
        WITH own AS ({own}), market AS (SELECT period_start AS q, sum(market_sales) AS market FROM market_data
                                        WHERE category = '{e.place}' GROUP BY ALL),
        sides AS (SELECT q >= DATE '{e.start}' AS later, sum(market) / sum(own) AS rate
                  FROM own JOIN market USING (q) GROUP BY ALL)
        SELECT a.rate / b.rate FROM sides a, sides b WHERE a.later AND NOT b.later"""


def second_accounts(e: Effect) -> str:
    return f"""SELECT 1 - count(DISTINCT golden_id) / count(*) FROM identity_map WHERE source_system = '{e.place}'"""


# For each effect the query, and the part of the drawn size that must be seen at least and at most.
COMMERCE: dict[str, tuple[Query, float, float]] = {
    "win-rate-fall": (win_rate_fall, 0.5, 1.6),
    "slipped-deals": (slipped_deals, 1.0, 1.0),
    "segment-outcome": (segment_outcome, 0.6, 1.4),
    "competitor-gains": (competitor_gains, 0.6, 1.4),
    "price-rise": (price_rise, 0.8, 1.2),
    "discount-creep": (discount_creep, 0.7, 1.1),
    "december-shift": (december_shift, 0.6, 1.4),
    "shop-closed": (shop_closed, 1.0, 1.0),
    "dear-good-source": (dear_good_source, 0.75, 1.25),
    "campaign-overspend": (campaign_overspend, 0.95, 1.05),
    "lead-flood": (lead_flood, 0.75, 1.3),
    "defect-product": (defect_product, 0.5, 1.6),
    "sla-collapse": (sla_collapse, 0.75, 1.3),
    "script-helps": (script_helps, 0.7, 1.3),
    "long-holds": (long_holds, 0.8, 1.25),
    "satisfaction-fall": (satisfaction_fall, 0.55, 1.3),
    "strong-response": (strong_response, 0.8, 1.25),
    "unread-list": (unread_list, 0.7, 1.3),
    "no-show": (no_show, 0.75, 1.25),
    "bad-mentions": (bad_mentions, 0.85, 1.15),
    "page-turns-away": (page_turns_away, 0.6, 1.4),
    "cart-payment": (cart_payment, 0.6, 1.4),
    "window-shoppers": (window_shoppers, 0.85, 1.15),
    "use-falls": (use_falls, 0.6, 1.4),
    "market-outgrows": (market_outgrows, 0.85, 1.15),
    "second-accounts": (second_accounts, 0.85, 1.15),
}

MEASURES = COMMERCE | OPERATIONS


def test_every_recipe_is_measured() -> None:
    assert set(MEASURES) == {recipe.id for recipe in RECIPES}


@pytest.mark.parametrize("effect_id", MEASURES)
def test_effect_is_seen(effect_id: str, company: tuple[duckdb.DuckDBPyConnection, int]) -> None:
    connection, seed = company
    effect = draw(seed, UNTIL)[effect_id]
    query, least, most = MEASURES[effect_id]
    row = connection.execute(query(effect)).fetchone()
    assert row is not None
    seen = float(row[0])
    assert least * effect.size <= seen <= most * effect.size, (effect, seen)
