"""Web visits: what brought people to the web shop, and when; the pages they saw are in `pages`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample.draws import NONE, chance, lognormal, pick
from broadsheet.sample.leads import Leads
from broadsheet.sample.marketing import CHANNELS, campaign_of
from broadsheet.sample.moments import (
    Bools,
    Ints,
    Times,
    clock,
    day_weights,
    days_of,
    draw_days,
    end_local,
    moment,
    seconds,
)
from broadsheet.sample.orders import WEB, Orders
from broadsheet.sample.people import Customers
from broadsheet.sample.world import World

BUYING, LOST, EARLIER, ASKING, PASSING, ROBOT = range(6)
"""Visits that end in an order, leave a cart behind, lead up to an order, become a lead, just pass, or are a bot's."""
TRACKED = 0.17
"""Part of the people who agree to be measured."""
PASSERS = 6_500
ROBOTS = 900
DEVICES, LEADS, CARTS, STRANGERS, BOTS = range(5)
"""Whose number a visitor number is made of."""
REFERRERS = ("search.example", "social.example", "mail.example", "partner.example")
ORIGIN = np.array((0.34, 0.14, 0.1, 0.06, 0.36))
"""Weights of the referrers; the last one is a visit without any."""
SOURCE = ("search ads", "social", "email", "partner")
ABANDONED = 1.0
"""Carts left behind per cart that was paid, as long as nothing is planted."""


@dataclass(frozen=True)
class Visits:
    """Visits as arrays in order of time; `order` is the web order of `BUYING` visits and the pattern of `LOST` ones.

    `customer` is empty where the visitor did not log in; moments are local.
    """

    started: Times
    kind: Ints
    visitor: Ints
    customer: Ints
    order: Ints
    referrer: Ints
    campaign: Ints

    def __len__(self) -> int:
        return len(self.started)


def visitor(source: int, number: Ints) -> Ints:
    """The number of a visitor: numbers of different sources never meet."""
    return number * 5 + source


def make_visits(
    world: World, customers: Customers, orders: Orders, leads: Leads, tables: dict[str, pd.DataFrame]
) -> Visits:
    """All visits of people who agreed to be measured, and the bots'."""
    rng = world.rng("web_visits")
    tracked = chance(rng, TRACKED, len(customers))
    web = np.flatnonzero((orders.channel == WEB) & (orders.customer >= 0))
    web = web[tracked[orders.customer[web]]]
    parts = [
        _buying(rng, orders, web),
        _lost(world, rng, orders, web, tables["orders"]["payment_method"]),
        _earlier(rng, orders, web),
        _asking(rng, leads, tracked),
        _passing(world, rng, PASSING, PASSERS),
        _passing(world, rng, ROBOT, ROBOTS),
    ]
    rows = pd.concat(parts, ignore_index=True)
    inside = (rows["started"] >= moment(world.start)) & (
        rows["started"] < end_local(world) - np.timedelta64(7200, "s")
    )
    rows = rows[inside].sort_values("started", kind="stable", ignore_index=True)
    count = len(rows)
    began = rows["started"].to_numpy().astype("datetime64[s]")
    referrer = np.where(rows["kind"] == ROBOT, len(REFERRERS), pick(rng, ORIGIN, count))
    paid = chance(rng, 0.5, count) & (referrer < len(REFERRERS))
    channel = np.array([CHANNELS.index(name) for name in SOURCE] + [NONE])[referrer]
    days = (began.astype("datetime64[D]") - np.datetime64(world.start, "D")).astype(np.int64)
    led = rows["campaign"].to_numpy()
    campaign = np.where(
        led >= 0, led, np.where(paid, campaign_of(world, tables["campaigns"], channel, days), NONE)
    )
    return Visits(
        began,
        rows["kind"].to_numpy(),
        rows["visitor"].to_numpy(),
        np.where(_named(customers, rows["customer"].to_numpy(), days), rows["customer"].to_numpy(), NONE),
        rows["order"].to_numpy(),
        np.where(referrer < len(REFERRERS), referrer, NONE),
        campaign,
    )


def _named(customers: Customers, customer: Ints, days: Ints) -> Bools:
    """Whether a visitor had an account yet: nobody logs in before becoming a customer."""
    named: Bools = (customer >= 0) & (customers.acquired[customer] <= days)
    return named


def _rows(kind: int, started: object, by: object, **columns: object) -> pd.DataFrame:
    base = {
        "kind": kind,
        "started": started,
        "visitor": by,
        "customer": NONE,
        "order": NONE,
        "campaign": NONE,
    }
    return pd.DataFrame(base | columns)


def _device(rng: np.random.Generator, customer: Ints) -> Ints:
    """People have two devices, and use the first one mostly."""
    return visitor(DEVICES, customer * 2 + chance(rng, 0.2, len(customer)))


def _buying(rng: np.random.Generator, orders: Orders, web: Ints) -> pd.DataFrame:
    who = orders.customer[web]
    started = orders.ordered[web] - seconds(rng.uniform(400, 2400, len(web)))
    return _rows(BUYING, started, _device(rng, who), customer=who, order=web)


def _lost(
    world: World, rng: np.random.Generator, orders: Orders, web: Ints, payment: pd.Series[str]
) -> pd.DataFrame:
    """Visits that leave a cart behind, patterned on those that pay one; the planted means of payment loses more."""
    effect = world.effects["cart-payment"]
    rate = ABANDONED / (1 + ABANDONED) + effect.size
    hit = (payment == effect.place).to_numpy()[web] & (orders.ordered[web] >= moment(effect.start))
    copies = rng.poisson(np.where(hit, rate / (1 - rate), ABANDONED))
    order = np.repeat(web, copies)
    count = len(order)
    known = chance(rng, 0.45, count)
    who = rng.permutation(orders.customer[order])
    by = np.where(known, _device(rng, who), visitor(CARTS, np.arange(count)))
    started = orders.ordered[order] + days_of(
        np.round(rng.uniform(-3, 3, count)) + rng.uniform(-0.1, 0.1, count)
    )
    return _rows(LOST, started, by, customer=np.where(known, who, NONE), order=order)


def _earlier(rng: np.random.Generator, orders: Orders, web: Ints) -> pd.DataFrame:
    """Visits in the month before an order, half of them without a login."""
    counts = rng.poisson(1.1, len(web))
    order = np.repeat(web, counts)
    who = orders.customer[order]
    before = orders.ordered[order] - days_of(lognormal(rng, 4.0, 1.1, len(order)))
    logged_in = chance(rng, 0.5, len(order))
    return _rows(EARLIER, before, _device(rng, who), customer=np.where(logged_in, who, NONE))


def _asking(rng: np.random.Generator, leads: Leads, tracked: Bools) -> pd.DataFrame:
    """Visits in which someone asked for an offer online: one for each measured lead of the online channels."""
    online = np.isin(leads.channel, [CHANNELS.index(name) for name in ("website", "search ads", "social")])
    lead = np.flatnonzero(online & tracked[leads.customer])
    started = leads.created[lead] - seconds(rng.uniform(60, 1500, len(lead)))
    by = np.where(leads.converted[lead], visitor(DEVICES, leads.customer[lead] * 2), visitor(LEADS, lead))
    who = np.where(leads.converted[lead], leads.customer[lead], NONE)
    return _rows(ASKING, started, by, customer=who, campaign=leads.campaign[lead])


def _passing(world: World, rng: np.random.Generator, kind: int, at_scale_one: int) -> pd.DataFrame:
    """Visits of people who never gave a name, each of whom comes one to five times; and those of bots."""
    days = draw_days(rng, world.count(at_scale_one), day_weights(world, "web"))
    pool = max(1, len(days) // (3 if kind == PASSING else 40))
    # A visitor belongs to a time: the number of a stranger rises with the days.
    place = np.arange(len(days)) / max(1, len(days)) * pool + rng.normal(0, pool * 0.01 + 1, len(days))
    by = visitor(STRANGERS if kind == PASSING else BOTS, np.clip(place, 0, pool).astype(np.int64))
    return _rows(kind, clock(rng, world, days, "web"), by)
