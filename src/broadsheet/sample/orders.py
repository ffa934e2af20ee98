"""Orders and their lines: shops, web shop, B2B portal, and what field sales has won."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import STORE_GEO, TEAM_NAMES, Catalog, missing, price_level
from broadsheet.sample.deal_tables import to_customer
from broadsheet.sample.deals import WON, Deals
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, cents, chance, pick, pick_rows, sequence, text
from broadsheet.sample.moments import (
    Floats,
    Ints,
    Times,
    clock,
    day_weights,
    days_of,
    draw_days,
    end_local,
    moment,
    to_utc,
    within,
)
from broadsheet.sample.people import CURRENCY_CODES, Customers, Staff
from broadsheet.sample.world import World

SHOP, WEB, PORTAL, FIELD = range(4)
SALES_CHANNELS = ("shop", "web shop", "B2B portal", "field")
ORDERS = {SHOP: 19_000, WEB: 17_000, PORTAL: 7_000}
SHAPES = {SHOP: "shop", WEB: "web", PORTAL: "trade"}
STATUSES = ("open", "shipped", "done", "cancelled")
PAYMENTS = ("card", "transfer", "direct debit", "cash")
# Weight of each category of the catalog, by channel.
WANTED = np.array(
    (
        (0.24, 0.34, 0.06, 0.18, 0.15, 0.02, 0.0, 0.01),
        (0.22, 0.32, 0.10, 0.20, 0.14, 0.02, 0.0, 0.0),
        (0.16, 0.20, 0.12, 0.17, 0.22, 0.08, 0.0, 0.05),
    )
)
EXTRA_UNITS = np.array([category.extra_units for category in names.CATEGORIES])
# Usual discount by channel, and the factor on units for business buyers.
DISCOUNT = np.array((0.03, 0.05, 0.09, 0.0))
BULK = np.array((1.0, 1.0, 4.0, 1.0))


@dataclass(frozen=True)
class Orders:
    """Orders as arrays in order of time, with lines; moments are local, amounts in the order's currency."""

    ordered: Times
    channel: Ints
    customer: Ints
    deal: Ints
    store: Ints
    cancelled: np.ndarray[tuple[int], np.dtype[np.bool_]]
    line_order: Ints
    line_product: Ints
    line_qty: Floats
    line_net: Floats
    line_discount: Floats
    line_cost: Floats


def make_orders(world: World, customers: Customers, catalog: Catalog, deals: Deals) -> Orders:
    """Draw the orders, apply the planted shifts, price the lines."""
    rng = world.rng("orders")
    ordered, channel = _arrivals(world, rng)
    days = (ordered.astype("datetime64[D]") - np.datetime64(world.start, "D")).astype(np.int64)
    private = customers.draw(rng, days, customers.activity * np.where(customers.business, 0.3, 1.0))
    trade = customers.draw(rng, days, customers.activity * np.where(customers.business, 1.0, 0.0))
    customer = np.where(channel == PORTAL, trade, private)
    store = np.where(
        channel == SHOP, pick(rng, (1.3, 1.6, 1.1, 1.0, 1.3, 1.0, 0.8, 0.7, 1.0), len(days)), NONE
    )
    walk_in = (channel == SHOP) & chance(rng, share("no-customer"), len(days))
    shut = world.effects["shop-closed"]
    open_shop = ~((store == names.STORE_NAMES.index(shut.place)) & within(ordered, shut.start, shut.end))
    columns = [ordered, channel, np.where(walk_in, NONE, customer), missing(len(days)), store]
    columns = [column[open_shop] for column in columns]
    won = np.flatnonzero(deals.outcome == WON)
    booked = deals.closed[won] + days_of(rng.uniform(0, 1.5, len(won)))
    booked = np.minimum(booked, end_local(world) - np.timedelta64(60, "s"))
    field = [booked, np.full(len(won), FIELD), deals.customer[won], won, missing(len(won))]
    merged = [np.concatenate(pair) for pair in zip(columns, field, strict=True)]
    order = np.argsort(merged[0], kind="stable")
    ordered, channel, customer, deal, store = (column[order] for column in merged)
    cancelled = chance(rng, share("cancelled-orders"), len(ordered))
    lines = _lines(world, customers, catalog, deals, (ordered, channel, customer, deal))
    return Orders(ordered, channel, customer, deal, store, cancelled, *lines)


def _arrivals(world: World, rng: np.random.Generator) -> tuple[Times, Ints]:
    moments, channels = [], []
    shift = world.effects["december-shift"]
    for channel, count in ORDERS.items():
        days = draw_days(rng, world.count(count), day_weights(world, SHAPES[channel]))
        if SALES_CHANNELS[channel] == shift.place:
            late = (days >= world.day(shift.start)) & (days <= world.day(shift.end))
            days = days - 28 * (late & chance(rng, shift.size, len(days)))
        moments.append(clock(rng, world, days, SHAPES[channel]))
        channels.append(np.full(len(days), channel))
    return np.concatenate(moments), np.concatenate(channels)


Lines = tuple[Ints, Ints, Floats, Floats, Floats, Floats]
Heads = tuple[Times, Ints, Ints, Ints]


def _lines(world: World, customers: Customers, catalog: Catalog, deals: Deals, heads: Heads) -> Lines:
    """Order, product, units, net amount, discount and cost of every line."""
    rng = world.rng("order_lines")
    ordered, channel, customer, deal = heads
    counts = np.where(
        deal >= 0, 1 + pick(rng, (0.5, 0.5), len(deal)), 1 + np.minimum(rng.poisson(1.05, len(deal)), 7)
    )
    order = np.repeat(np.arange(len(ordered)), counts)
    turn = sequence(counts)
    is_deal = deal[order] >= 0
    category = pick_rows(rng, WANTED, np.minimum(channel[order], PORTAL))
    product = pick_rows(rng, catalog.appeal_by_category(), category)
    product = np.where(is_deal, (deals.product[deal[order]] + turn * 7) % len(catalog.category), product)
    units = to_customer(customers, np.maximum(customer, 0))
    units = np.where(customer >= 0, units, 1.0)[order]
    price = catalog.price[product] * price_level(world, catalog, product, ordered[order]) * units
    bulk = BULK[channel[order]]
    qty = (1 + rng.poisson(EXTRA_UNITS[catalog.category[product]] * bulk)).astype(np.float64)
    rate = _discount_rate(world, rng, channel[order], ordered[order])
    gross = cents(price * qty)
    discount = cents(gross * rate)
    net = cents(gross - discount)
    cost = (
        catalog.cost[product]
        * units
        * 1.015 ** ((ordered[order] - moment(world.start)).astype(np.int64) / 31_557_600)
    )
    cost = cents(cost * qty)
    sold = _deal_amounts(customers, deals, order, turn, counts, deal)
    margin = np.where(is_deal, rng.uniform(0.16, 0.3, len(order)), 0.0)
    qty = np.where(is_deal, np.maximum(1.0, np.round(sold / price)), qty)
    return (
        order, product, qty, np.where(is_deal, sold, net), np.where(is_deal, 0.0, discount),
        np.where(is_deal, cents(sold * (1 - margin)), cost),
    )  # fmt: skip


def _discount_rate(world: World, rng: np.random.Generator, channel: Ints, ordered: Times) -> Floats:
    creep = world.effects["discount-creep"]
    start, end = moment(creep.start), end_local(world)
    progress = np.clip((ordered - start).astype(np.int64) / (end - start).astype(np.int64), 0, 1)
    extra = np.where(channel == SALES_CHANNELS.index(creep.place), creep.size * progress, 0.0)
    return np.clip(DISCOUNT[channel] + extra + rng.normal(0, 0.02, len(channel)), 0.0, 0.6)


def _deal_amounts(
    customers: Customers, deals: Deals, order: Ints, turn: Ints, counts: Ints, deal: Ints
) -> Floats:
    """The amount won, on one line or split four to one on two."""
    safe = np.maximum(deal, 0)
    total = cents(deals.actual[safe] * to_customer(customers, deals.customer[safe]))[order]
    second = cents(total * 0.2)
    two = counts[order] == 2
    return np.where(two, np.where(turn == 0, cents(total - second), second), total)


def orders_frame(
    world: World, orders: Orders, customers: Customers, staff: Staff, deals: Deals
) -> pd.DataFrame:
    """The order heads."""
    rng = world.rng("orders.frame")
    count = len(orders.ordered)
    safe = np.maximum(orders.deal, 0)
    online = orders.channel == WEB
    team = np.where(orders.channel == SHOP, TEAM_NAMES.index("Shops"), TEAM_NAMES.index("Online"))
    account = np.where(orders.channel == PORTAL, customers.team[orders.customer], team)
    team = np.where(orders.deal >= 0, deals.team[safe], account)
    days = (orders.ordered.astype("datetime64[D]") - np.datetime64(world.start, "D")).astype(np.int64)
    desk = staff.at_desk(rng, team, days)
    owner = np.where(online, NONE, np.where(orders.deal >= 0, deals.owner[safe], desk))
    home = np.where(orders.customer >= 0, customers.city[orders.customer], NONE)
    age = (end_local(world) - orders.ordered).astype(np.int64) / 86_400
    status = np.where(age < rng.uniform(0.5, 4, count), 0, np.where(age < rng.uniform(4, 14, count), 1, 2))
    status = np.where((orders.channel == SHOP), 2, status)
    currency = np.where(orders.customer >= 0, customers.currency[orders.customer], 0)
    pays = pick(rng, (0.55, 0.2, 0.25), count)
    return pd.DataFrame(
        {
            "order_id": np.arange(count),
            "golden_id": orders.customer,
            "opportunity_id": orders.deal,
            "campaign_id": np.where(orders.deal >= 0, deals.campaign[safe], NONE),
            "owner_user_id": owner,
            "team_id": team,
            "store_id": orders.store,
            "ship_geo": np.where(orders.store >= 0, STORE_GEO[orders.store], home),
            "ordered_at": to_utc(orders.ordered),
            "sales_channel": text(SALES_CHANNELS, orders.channel),
            "status": text(STATUSES, np.where(orders.cancelled, 3, status)),
            "payment_method": text(
                PAYMENTS, np.where((orders.channel == SHOP) & chance(rng, 0.4, count), 3, pays)
            ),
            "currency": text(CURRENCY_CODES, currency),
        }
    )


def order_lines_frame(orders: Orders) -> pd.DataFrame:
    """The order lines."""
    return pd.DataFrame(
        {
            "order_id": orders.line_order,
            "line_no": sequence(np.bincount(orders.line_order)) + 1,
            "product_id": orders.line_product,
            "qty": orders.line_qty,
            "net_amount": orders.line_net,
            "discount": orders.line_discount,
            "cost_amount": orders.line_cost,
        }
    )
