"""Carts of the web shop: those that were paid, and those left behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample.catalog import Catalog, price_level
from broadsheet.sample.deal_tables import to_customer
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, cents, chance, pick, text
from broadsheet.sample.moments import Floats, Ints, Times, at_midnight, days_of, moment, seconds, to_utc
from broadsheet.sample.orders import PAYMENTS, Orders
from broadsheet.sample.people import CURRENCY_CODES, Customers
from broadsheet.sample.visits import BUYING, LOST, ROBOT, Visits
from broadsheet.sample.world import World

RECOVERED = 0.07
"""Part of the paid carts that were left behind first and paid days later."""
EMPTY = 0.03


Trade = tuple[Catalog, Customers, Orders]
"""What is sold, to whom, and what was ordered."""


@dataclass(frozen=True)
class _Carts:
    """Carts as arrays: visit, paid order or none, order that lends the means of payment, moments, merged into."""

    visit: Ints
    order: Ints
    pattern: Ints
    created: Times
    last: Times
    merged: Ints


def cart_frames(
    world: World, visits: Visits, trade: Trade, payment: pd.Series[str]
) -> dict[str, pd.DataFrame]:
    """The tables carts and cart_lines; `payment` is the means of payment of the orders."""
    rng = world.rng("carts")
    _, customers, orders = trade
    carts = _carts(world, rng, visits, customers, orders)
    lines = _lines(world, rng, (visits, carts), trade)
    count = len(carts.visit)
    customer = np.where(carts.order >= 0, orders.customer[carts.order], visits.customer[carts.visit])
    paid_by = payment.cat.codes.to_numpy().astype(np.int64)
    currency = np.where(customer >= 0, customers.currency[customer], 0)
    amounts = np.bincount(lines["cart_id"], weights=lines["amount"], minlength=count).astype(np.float64)
    chosen = np.where(carts.pattern >= 0, paid_by[carts.pattern], pick(rng, (0.55, 0.2, 0.25), count))
    heads = pd.DataFrame(
        {
            "cart_id": np.arange(count),
            "visit_id": carts.visit,
            "visitor_id": visits.visitor[carts.visit],
            "golden_id": customer,
            "created_at": to_utc(carts.created),
            "last_activity_at": to_utc(carts.last),
            "order_id": carts.order,
            "merged_cart_id": carts.merged,
            "payment_method": text(PAYMENTS, chosen),
            "amount": cents(amounts),
            "currency": text(CURRENCY_CODES, currency),
        }
    )
    return {"carts": heads, "cart_lines": lines}


def _carts(
    world: World, rng: np.random.Generator, visits: Visits, customers: Customers, orders: Orders
) -> _Carts:
    """One cart per visit that filled one; some were merged into the cart of the buyer's other device."""
    paid, lost = np.flatnonzero(visits.kind == BUYING), np.flatnonzero(visits.kind == LOST)
    robots = np.flatnonzero(visits.kind == ROBOT)
    robots = robots[chance(rng, 0.08, len(robots))]
    order = visits.order[paid]
    created = visits.started[paid] + seconds(rng.uniform(60, 300, len(paid)))
    late = chance(rng, RECOVERED, len(paid))
    created = np.where(late, created - days_of(rng.uniform(1.2, 6, len(paid))), created)
    # Nobody fills a cart under a name before becoming a customer.
    known = np.maximum(customers.acquired[orders.customer[order]], 0)
    created = np.maximum(created, at_midnight(world, known))
    twin = np.flatnonzero(chance(rng, share("merged-carts") * 2, len(paid)))
    others = np.concatenate([lost, robots])
    begun = visits.started[others] + seconds(rng.uniform(60, 300, len(others)))
    twins = created[twin] - seconds(rng.uniform(600, 20_000, len(twin)))
    none = np.full(len(others) + len(twin), NONE)
    moments = np.concatenate([created, begun, np.maximum(twins, moment(world.start))])
    last = np.concatenate(
        [orders.ordered[order], begun + seconds(rng.uniform(30, 900, len(others))), created[twin]]
    )
    place = np.argsort(moments, kind="stable")
    number = np.empty(len(place), np.int64)
    number[place] = np.arange(len(place))
    merged = np.full(len(place), NONE)
    merged[len(paid) + len(others) :] = number[twin]
    columns = (
        np.concatenate([paid, others, paid[twin]]),
        np.concatenate([order, none]),
        np.concatenate([order, visits.order[others], order[twin]]),
        moments, last, merged,
    )  # fmt: skip
    return _Carts(*(column[place] for column in columns))


def _lines(
    world: World, rng: np.random.Generator, filled: tuple[Visits, _Carts], trade: Trade
) -> pd.DataFrame:
    """Paid carts hold what was ordered; the others hold one to four things, a few of them nothing."""
    (visits, carts), (catalog, customers, orders) = filled, trade
    first = np.searchsorted(orders.line_order, np.arange(len(orders.ordered)))
    size = np.bincount(orders.line_order, minlength=len(orders.ordered))
    paid = carts.order >= 0
    free = np.where(chance(rng, EMPTY, len(paid)), 0, 1 + np.minimum(rng.poisson(0.8, len(paid)), 3))
    counts = np.where(paid, size[carts.order], free)
    cart = np.repeat(np.arange(len(paid)), counts)
    starts = np.cumsum(counts) - counts
    turn = np.arange(len(cart)) - np.repeat(starts, counts)
    source = np.where(paid[cart], first[carts.order[cart]] + turn, 0)
    drawn = pick(rng, catalog.appeal * np.where(catalog.category >= 6, 0.0, 1.0), len(cart))
    product = np.where(paid[cart], orders.line_product[source], drawn)
    customer = np.where(paid, orders.customer[carts.order], visits.customer[carts.visit])[cart]
    units = np.where(customer >= 0, to_customer(customers, np.maximum(customer, 0)), 1.0)
    price = catalog.price[product] * price_level(world, catalog, product, carts.created[cart]) * units
    qty = np.where(paid[cart], orders.line_qty[source], 1 + rng.poisson(0.3, len(cart)))
    amount: Floats = np.where(paid[cart], orders.line_net[source], cents(price * qty))
    return pd.DataFrame(
        {"cart_id": cart, "line_no": turn + 1, "product_id": product, "qty": qty, "amount": amount}
    )
