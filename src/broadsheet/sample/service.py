"""Service: returns and claims, cases with their events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import TEAM_NAMES, Catalog
from broadsheet.sample.deals import Deals
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, cents, chance, lognormal, pick, text
from broadsheet.sample.marketing import CHANNELS
from broadsheet.sample.moments import (
    Bools,
    Ints,
    Times,
    clock,
    day_weights,
    days_of,
    draw_days,
    end_local,
    known,
    moment,
    to_utc,
)
from broadsheet.sample.orders import FIELD, Orders
from broadsheet.sample.people import CURRENCY_CODES, Customers, Staff
from broadsheet.sample.world import World

CASES = 17_300
RETURN_CHANCE = np.array((0.02, 0.05, 0.015, 0.0))
CLAIM_CHANCE = 0.011
DEFECTS = ("broken", "leaking", "wrong item", "worn early", "no power")
SCRIPTED = 0.4
MORE_CONTACTS = 0.34
"""The part of the cases that take more than one contact and are not reopened, without the planted script."""
TYPES = ("question", "incident", "request", "complaint", "claim", "suggestion")
CLAIM = TYPES.index("claim")
PROBLEMS = ("delivery late", "how to use", "invoice", "defect", "wrong item", "spare part", "account access")
PRIORITIES = ("P1", "P2", "P3", "P4")
SLA_HOURS = np.array((8.0, 24.0, 72.0, 120.0))
CASE_CHANNELS = ("telephone", "email", "chat", "portal", "shop")
TEAM_OF_QUEUE = np.array(
    [TEAM_NAMES.index(name) for name in ("Workshop", "Service desk", "Service desk", "Claims")]
)
CASE_STATUSES = ("new", "working", "resolved", "closed")
EVENTS = ("assigned", "on_hold", "resumed", "resolved", "reopened", "closed")


@dataclass(frozen=True)
class Returns:
    """Returns as arrays: the order line each belongs to, when, and whether it is a claim."""

    line: Ints
    registered: Times
    claim: Bools


def make_returns(world: World, catalog: Catalog, orders: Orders) -> Returns:
    """Goods sent back soon and claims made later; the planted product fails often."""
    rng = world.rng("returns")
    count = len(orders.line_order)
    ordered, channel = orders.ordered[orders.line_order], orders.channel[orders.line_order]
    effect = world.effects["defect-product"]
    defect = (orders.line_product == catalog.number(effect.place)) & (ordered >= moment(effect.start))
    chances = CLAIM_CHANCE * np.where(defect, effect.size, 1.0)
    bought = ~orders.cancelled[orders.line_order] & (channel != FIELD)
    claim = chance(rng, chances, count) & bought
    back = chance(rng, RETURN_CHANCE[channel], count) & bought & ~claim
    delay = np.where(claim, lognormal(rng, 22, 0.8, count), lognormal(rng, 9, 0.5, count))
    registered = ordered + days_of(1 + delay)
    line = np.flatnonzero((claim | back) & (registered < end_local(world)))
    line = line[np.argsort(registered[line], kind="stable")]
    return Returns(line, registered[line], claim[line])


def returns_frame(world: World, returns: Returns, orders: Orders, customers: Customers) -> pd.DataFrame:
    """The table returns."""
    rng = world.rng("returns.frame")
    count = len(returns.line)
    order = orders.line_order[returns.line]
    qty = np.ceil(orders.line_qty[returns.line] * rng.choice((0.34, 1.0), count, p=(0.3, 0.7)))
    amount = cents(orders.line_net[returns.line] * qty / orders.line_qty[returns.line])
    resolved = known(world, returns.registered + days_of(lognormal(rng, 5, 0.6, count)))
    decided = ~np.isnat(resolved)
    decision = np.where(decided, pick(rng, (0.85, 0.15), count), NONE)
    currency = np.where(orders.customer[order] >= 0, customers.currency[orders.customer[order]], 0)
    return pd.DataFrame(
        {
            "return_id": np.arange(count),
            "order_id": order,
            "product_id": orders.line_product[returns.line],
            "golden_id": orders.customer[order],
            "kind": text(("return", "claim"), returns.claim.astype(np.int64)),
            "decision": text(("accepted", "rejected"), decision),
            "defect_code": text(DEFECTS, np.where(returns.claim, pick(rng, (5, 2, 1, 2, 1), count), NONE)),
            "currency": text(CURRENCY_CODES, currency),
            "registered_at": to_utc(returns.registered),
            "resolved_at": to_utc(resolved),
            "qty": qty,
            "amount": amount,
            "cost_amount": cents(4.0 + amount * np.where(returns.claim, 0.6, 0.08)),
        }
    )


@dataclass(frozen=True)
class Cases:
    """Cases as arrays in order of creation; moments are local and, where not yet reached, empty."""

    created: Times
    responded: Times
    resolved: Times
    first_resolved: Times
    reopened: Times
    closed: Times
    due: Times
    order: Ints
    customer: Ints
    product: Ints
    queue: Ints
    kind: Ints
    priority: Ints
    channel: Ints
    owner: Ints


def make_cases(world: World, orders: Orders, returns: Returns, staff: Staff, customers: Customers) -> Cases:
    """Draw the cases: about orders of the weeks before, and one for three in five claims."""
    rng = world.rng("cases")
    created, order, product, kind = _occasions(world, rng, orders, returns)
    count = len(created)
    unknown = chance(rng, share("no-case-customer"), count)
    queue = np.where(kind == CLAIM, 3, pick(rng, (0.26, 0.32, 0.34, 0.08), count))
    priority = pick(rng, (0.06, 0.22, 0.5, 0.22), count)
    channel = pick(rng, (0.4, 0.26, 0.16, 0.12, 0.06), count)
    days = (created.astype("datetime64[D]") - np.datetime64(world.start, "D")).astype(np.int64)
    buyer = np.where(order >= 0, orders.customer[order], NONE)
    caller = np.where(buyer >= 0, buyer, customers.draw(rng, days, customers.activity))
    customer = np.where(unknown, NONE, caller)
    effect = world.effects["sla-collapse"]
    slow = (queue == names.QUEUES.index(effect.place)) & (created >= moment(effect.start))
    hours = SLA_HOURS[priority] * np.where(slow, effect.size, 1.0)
    responded = created + days_of(lognormal(rng, hours * 0.06 / 24, 0.7, count))
    first = responded + days_of(lognormal(rng, hours * 0.26 / 24, 0.75, count))
    again = first + days_of(lognormal(rng, 2.5, 0.5, count))
    final = again + days_of(lognormal(rng, hours * 0.2 / 24, 0.6, count))
    reopens = chance(rng, 0.065, count)
    empty = np.datetime64("NaT", "s")
    reopened = known(world, np.where(reopens, again, empty))
    resolved = known(world, np.where(np.isnat(reopened), first, final))
    return Cases(
        created,
        known(world, responded),
        resolved,
        known(world, first),
        reopened,
        known(world, resolved + days_of(np.full(count, 3.0))),
        created + days_of(SLA_HOURS[priority] / 24),
        order,
        customer,
        product,
        queue,
        kind,
        priority,
        channel,
        staff.at_desk(rng, TEAM_OF_QUEUE[queue], days),
    )


def _occasions(
    world: World, rng: np.random.Generator, orders: Orders, returns: Returns
) -> tuple[Times, Ints, Ints, Ints]:
    """When a case was opened, about which order and product, and its type."""
    days = draw_days(rng, world.count(CASES), day_weights(world, "service"))
    asked = clock(rng, world, days, "service")
    kind = pick(rng, (0.36, 0.2, 0.2, 0.16, 0.0, 0.08), len(asked))
    order = np.searchsorted(orders.ordered, asked - days_of(lognormal(rng, 9, 1.0, len(asked)))) - 1
    order = np.where(chance(rng, 0.88, len(asked)), order, NONE)
    firsts = np.flatnonzero(np.append(True, np.diff(orders.line_order) > 0))
    product = np.where(order >= 0, orders.line_product[firsts[order]], NONE)
    claims = np.flatnonzero(returns.claim & chance(rng, 0.6, len(returns.line)))
    lines = returns.line[claims]
    created = np.concatenate([asked, returns.registered[claims]])
    order = np.concatenate([order, orders.line_order[lines]])
    product = np.concatenate([product, orders.line_product[lines]])
    kind = np.concatenate([kind, np.full(len(claims), CLAIM)])
    ranked = np.argsort(created, kind="stable")
    return created[ranked], order[ranked], product[ranked], kind[ranked]


def scripted(world: World, count: int) -> Bools:
    """Whether the first contact of a case follows a script."""
    return chance(world.rng("cases.scripts"), SCRIPTED, count)


def _at_once(world: World, cases: Cases) -> Bools:
    """Cases that take one contact only because of the planted script."""
    count = len(cases.created)
    helped = scripted(world, count) & np.isnat(cases.reopened)
    return helped & chance(
        world.rng("cases.at_once"), world.effects["script-helps"].size / MORE_CONTACTS, count
    )


def cases_frame(world: World, cases: Cases, orders: Orders, deals: Deals) -> pd.DataFrame:
    """The table cases."""
    rng = world.rng("cases.frame")
    count = len(cases.created)
    solved = ~np.isnat(cases.resolved)
    status = np.select([~np.isnat(cases.closed), solved, ~np.isnat(cases.responded)], [3, 2, 1], 0)
    helper = np.where(chance(rng, 0.12, count), rng.permutation(cases.owner), cases.owner)
    contacts = (1 + rng.poisson(0.45, count) + ~np.isnat(cases.reopened)).astype(np.float64)
    contacts[_at_once(world, cases)] = 1.0
    problem = np.where(cases.kind == CLAIM, 3, pick(rng, (0.22, 0.2, 0.14, 0.12, 0.1, 0.14, 0.08), count))
    deal = np.where(cases.order >= 0, orders.deal[cases.order], NONE)
    return pd.DataFrame(
        {
            "case_id": np.arange(count),
            "golden_id": cases.customer,
            "product_id": cases.product,
            "order_id": cases.order,
            "owner_id": cases.owner,
            "resolver_id": np.where(solved, helper, NONE),
            "team_id": TEAM_OF_QUEUE[cases.queue],
            "queue": text(names.QUEUES, cases.queue),
            "type": text(TYPES, cases.kind),
            "priority": text(PRIORITIES, cases.priority),
            "channel": text(CASE_CHANNELS, cases.channel),
            "problem_code": text(PROBLEMS, problem),
            "status": text(CASE_STATUSES, status),
            "source_channel": text(CHANNELS, np.where(deal >= 0, deals.channel[deal], NONE)),
            "source_campaign_id": np.where(deal >= 0, deals.campaign[deal], NONE),
            "created_at": to_utc(cases.created),
            "first_response_at": to_utc(cases.responded),
            "resolved_at": to_utc(cases.resolved),
            "closed_at": to_utc(cases.closed),
            "sla_due_at": to_utc(cases.due),
            "reopened_count": (~np.isnat(cases.reopened)).astype(np.int64),
            "contacts_to_resolve": pd.array(np.where(solved, contacts, np.nan), dtype="Float64"),
        }
    )


def events_frame(world: World, cases: Cases) -> pd.DataFrame:
    """What happened to each case, in order; one in seven rested on hold between answer and resolution."""
    rng = world.rng("case_events")
    count = len(cases.created)
    span = (cases.first_resolved - cases.responded).astype(np.float64)
    held = chance(rng, 0.14, count) & ~np.isnat(cases.first_resolved)
    span = np.where(held, span, 0.0)
    nothing = np.datetime64("NaT", "s")
    pause = np.where(held, cases.responded + days_of(span * 0.2 / 86_400), nothing)
    resume = np.where(held, cases.responded + days_of(span * 0.7 / 86_400), nothing)
    again = ~np.isnat(cases.reopened)
    last = np.where(again, cases.resolved, nothing)
    assigned = np.minimum(
        cases.created + days_of(np.full(count, 0.01)), end_local(world) - np.timedelta64(1, "s")
    )
    columns = (
        (0, assigned),
        (1, pause),
        (2, resume),
        (3, cases.first_resolved),
        (4, cases.reopened),
        (3, last),
        (5, cases.closed),
    )
    frames = []
    for code, when in columns:
        there = np.flatnonzero(~np.isnat(when))
        frames.append(pd.DataFrame({"case_id": there, "code": code, "ts": when[there]}))
    events = pd.concat(frames, ignore_index=True).sort_values(
        ["case_id", "ts"], kind="stable", ignore_index=True
    )
    seq = events.groupby("case_id").cumcount() + 1
    return pd.DataFrame(
        {
            "case_id": events["case_id"],
            "seq": seq,
            "event": text(EVENTS, events["code"].to_numpy()),
            "ts": to_utc(events["ts"].to_numpy()),
        }
    )
