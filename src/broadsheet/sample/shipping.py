"""Delivery points of customers, and what was delivered to whom, when, from which warehouse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from broadsheet.sample import names
from broadsheet.sample.catalog import CITY_NAMES, Catalog
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, chance, lognormal, pick, sequence, text
from broadsheet.sample.moments import (
    Bools,
    Floats,
    Ints,
    Times,
    at_hour,
    days_of,
    end_local,
    moment,
    office,
    to_utc,
)
from broadsheet.sample.orders import FIELD, PORTAL, SHOP, WEB, Orders
from broadsheet.sample.people import Customers
from broadsheet.sample.world import World

# The day by whose evening an order is promised, counted from its own, by channel; boats take longer.
PROMISE_DAYS = {WEB: 3, PORTAL: 4, FIELD: 14}
BOAT_DAYS = 28
IN_TIME = 0.9
"""The part of the shipments that comes by the promised time, without the planted effect."""
BOATS = tuple(code for code, category in enumerate(names.CATEGORIES) if category.portfolio == "Boats")
SOUTHERN = np.array([city.team == "South" or city.country in ("AT", "CH") for city in names.CITIES])
BERTHS = ("jetty", "boat shed", "club house", "depot")


def warehouse_of(catalog: Catalog, product: Ints, geo: Ints) -> Ints:
    """Ulm serves the south; boats, and what goes to an unknown place, come from Hamburg."""
    southern = (geo != NONE) & SOUTHERN[geo] & ~np.isin(catalog.category[product], BOATS)
    return np.where(southern, names.WAREHOUSES.index("Ulm"), names.WAREHOUSES.index("Hamburg"))


def supply_points_frame(world: World, customers: Customers) -> pd.DataFrame:
    """Up to three places per company to which it has goods delivered, one in four in another town."""
    rng = world.rng("supply_points")
    firms = np.flatnonzero(customers.business & chance(rng, 0.4, len(customers)))
    counts = 1 + pick(rng, (0.7, 0.2, 0.1), len(firms))
    owner = np.repeat(firms, counts)
    weight = np.array([city.weight * (city.country == "DE") for city in names.CITIES])
    elsewhere = chance(rng, 0.25, len(owner)) & (customers.currency[owner] == 0)
    geo = np.where(elsewhere, pick(rng, weight, len(owner)), customers.city[owner])
    kind = pick(rng, (0.4, 0.25, 0.15, 0.2), len(owner))
    return pd.DataFrame(
        {
            "supply_point_id": np.arange(len(owner)),
            "customer_id": owner,
            "geo_id": geo,
            "name": [
                f"{CITY_NAMES[place]} {BERTHS[berth]} {number + 1}"
                for number, (place, berth) in enumerate(zip(geo, kind, strict=True))
            ],
        }
    )


def points_of_orders(world: World, orders: Orders, points: pd.DataFrame) -> Ints:
    """The delivery point of portal and field orders of companies that have some; none for the others."""
    rng = world.rng("orders.supply_points")
    owner = points["customer_id"].to_numpy()
    buyer = orders.customer
    first = np.searchsorted(owner, buyer, side="left")
    count = np.searchsorted(owner, buyer, side="right") - first
    wanted = np.isin(orders.channel, (PORTAL, FIELD)) & (buyer >= 0) & (count > 0)
    wanted &= chance(rng, 0.85, len(buyer))
    chosen = first + np.floor(rng.random(len(buyer)) * np.maximum(count, 1)).astype(np.int64)
    return np.where(wanted, chosen, NONE)


@dataclass(frozen=True)
class Deliveries:
    """Shipments as arrays, by order line; `delivered` is empty while they are under way or not sent."""

    line: Ints
    warehouse: Ints
    qty: Floats
    promised: Times
    delivered: Times
    rest: Bools


def make_deliveries(world: World, catalog: Catalog, orders: Orders, heads: pd.DataFrame) -> Deliveries:
    """One shipment per line that is not handed over in a shop; some lines come in two parts."""
    rng = world.rng("deliveries")
    sent = orders.channel[orders.line_order] != SHOP
    lines = np.flatnonzero(sent & ~orders.cancelled[orders.line_order])
    split = chance(rng, 0.05, len(lines)) & (orders.line_qty[lines] >= 2)
    counts = 1 + split.astype(np.int64)
    row = np.repeat(np.arange(len(lines)), counts)
    line, rest = lines[row], sequence(counts) == 1
    head = np.floor(orders.line_qty[line] * 0.6)
    qty = np.where(~split[row], orders.line_qty[line], np.where(rest, orders.line_qty[line] - head, head))
    order = orders.line_order[line]
    product = orders.line_product[line]
    warehouse = warehouse_of(catalog, product, heads["ship_geo"].to_numpy()[order])
    days = np.array([PROMISE_DAYS.get(code, 0) for code in range(FIELD + 1)])[orders.channel[order]]
    days = np.where(np.isin(catalog.category[product], BOATS), BOAT_DAYS, days)
    ordered = orders.ordered[order]
    promised = at_hour(ordered, 18) + days_of(days * 1.0)
    delivered = _arrival(world, rng, (ordered, promised), days, warehouse)
    late_rest = office(rng, delivered + days_of(lognormal(rng, 5.0, 0.5, len(line))))
    delivered = np.where(rest, late_rest, delivered)
    delivered = _as_status(world, rng, (ordered, delivered), heads["status"].to_numpy(dtype=object)[order])
    return Deliveries(line, warehouse, qty, promised, delivered, rest)


def _arrival(
    world: World, rng: np.random.Generator, when: tuple[Times, Times], days: Ints, warehouse: Ints
) -> Times:
    """Nine in ten come by the promised evening; the planted warehouse fails more of them."""
    ordered, promised = when
    effect = world.effects["late-deliveries"]
    count = len(days)
    hit = (warehouse == names.WAREHOUSES.index(effect.place)) & (ordered >= moment(effect.start))
    in_time = chance(rng, IN_TIME - np.where(hit, effect.size, 0.0), count)
    span = (promised - ordered).astype(np.float64) / 86_400
    early = ordered + days_of(span * rng.uniform(0.35, 0.99, count))
    late = office(rng, promised + days_of(days * lognormal(rng, 0.3, 0.8, count)))
    arrival: Times = np.where(in_time, early, late)
    return arrival


def _as_status(
    world: World, rng: np.random.Generator, when: tuple[Times, Times], status: NDArray[np.object_]
) -> Times:
    """What is done has come, what is open has not; a few arrivals are noted before the order."""
    ordered, delivered = when
    count = len(delivered)
    age = (end_local(world) - ordered).astype(np.float64) / 86_400
    sooner = ordered + days_of(age * rng.uniform(0.2, 0.95, count))
    ahead = delivered >= end_local(world)
    arrived = np.where(ahead & (status == "done"), sooner, delivered)
    under_way = (status == "open") | (ahead & (status == "shipped"))
    wrong = chance(rng, share("early-delivery"), count)
    arrived = np.where(wrong, ordered - days_of(rng.uniform(0.1, 0.8, count)), arrived)
    times: Times = np.where(under_way, np.datetime64("NaT", "s"), arrived)
    return times


def deliveries_frame(deliveries: Deliveries, orders: Orders) -> pd.DataFrame:
    """The table deliveries."""
    line = deliveries.line
    turn = sequence(np.bincount(orders.line_order))
    return pd.DataFrame(
        {
            "delivery_id": np.arange(len(line)),
            "order_id": orders.line_order[line],
            "line_no": turn[line] + 1,
            "product_id": orders.line_product[line],
            "warehouse": text(names.WAREHOUSES, deliveries.warehouse),
            "qty": deliveries.qty,
            "promised_at": to_utc(deliveries.promised),
            "delivered_at": to_utc(deliveries.delivered),
            "is_rest": deliveries.rest,
        }
    )
