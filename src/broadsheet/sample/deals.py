"""Opportunities: the way through the stages, outcome, amounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from broadsheet.sample import names
from broadsheet.sample.catalog import TEAM_NAMES, Catalog
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, chance, lognormal, pick, sequence
from broadsheet.sample.leads import Leads
from broadsheet.sample.marketing import CHANNELS
from broadsheet.sample.moments import (
    Bools,
    Floats,
    Ints,
    Times,
    clock,
    day_weights,
    days_of,
    draw_days,
    end_local,
    moment,
    office,
)
from broadsheet.sample.people import SEGMENTS, Customers, Staff
from broadsheet.sample.world import World

OPEN, WON, LOST, CANCELLED = range(4)
OUTCOMES = ("open", "won", "lost", "cancelled")
DIRECT = 5_700
RUN_IN = 150
"""Days before the start from which opportunities still open at the start are carried over."""
BASE_WIN = 0.37
USUAL_WIN = 0.42
"""The win rate that comes out: small deals and the liked segment win more often."""
STAGE_DAYS = np.array(((5.0, 9.0, 12.0, 11.0, 0.0), (4.0, 7.0, 8.0, 11.0, 12.0)))
LAST_STAGE = np.array((3, 4))
LOST_AT = np.array(((0.34, 0.28, 0.22, 0.16, 0.0), (0.26, 0.22, 0.2, 0.18, 0.14)))
BIG_DEAL = 120_000.0


@dataclass(frozen=True)
class Deals:
    """Opportunities as arrays in order of creation, with their stays in stages; moments are local.

    `closed` is empty for open ones. Stays: `deal`, `stage`, `entered`, `left` (empty while it lasts).
    """

    created: Times
    closed: Times
    outcome: Ints
    customer: Ints
    team: Ints
    owner: Ints
    process: Ints
    lead: Ints
    channel: Ints
    campaign: Ints
    amount: Floats
    actual: Floats
    product: Ints
    slipped: Bools
    stay_deal: Ints
    stay_stage: Ints
    stay_entered: Times
    stay_left: Times


@dataclass(frozen=True)
class _Origin:
    created: Times
    days: Ints
    customer: Ints
    lead: Ints
    channel: Ints
    campaign: Ints


def make_deals(world: World, customers: Customers, staff: Staff, catalog: Catalog, leads: Leads) -> Deals:
    """Draw origin, path and outcome of every opportunity; what lies after the last day is not known yet."""
    rng = world.rng("opportunities")
    origin = _origins(world, customers, leads)
    count = len(origin.days)
    team = customers.team[origin.customer]
    owner = staff.at_desk(rng, team, origin.days)
    business = customers.business[origin.customer]
    growth = 1.02 ** (origin.days / 365.25)
    amount = lognormal(rng, np.where(business, 8_500.0, 4_200.0) * growth, 0.85, count)
    slipped = _slipped(world, origin, team)
    amount = np.where(
        slipped, rng.uniform(BIG_DEAL * 1.1, BIG_DEAL * 2.2, count), np.minimum(amount, BIG_DEAL * 0.9)
    )
    process = (business & (amount > 15_000)).astype(np.int64)
    wins = chance(rng, _win_chance(world, customers, origin.customer, (staff.skill[owner], amount)), count)
    final = np.where(wins, LAST_STAGE[process], _lost_stage(rng, process))
    final = np.where(slipped, LAST_STAGE[process], final)
    deal, stage, length = _stays(rng, process, final, slipped)
    entered, left = _times(origin.created, deal, length)
    closes = np.append(deal[1:] != deal[:-1], True)
    closed = office(rng, left[closes])
    left[closes] = closed
    wins &= ~_fallen(world, rng, team, closed)
    outcome = np.where(wins, WON, np.where(chance(rng, share("cancelled"), count), CANCELLED, LOST))
    horizon = end_local(world)
    unknown = closed >= horizon
    begun = entered < horizon
    left = np.where(left < horizon, left, np.datetime64("NaT", "s"))
    rounded = np.round(amount, -1)
    deals = Deals(
        origin.created, np.where(unknown, np.datetime64("NaT", "s"), closed), np.where(unknown, OPEN, outcome),
        origin.customer, team, owner, process, origin.lead, origin.channel, origin.campaign,
        rounded, np.round(rounded * np.exp(rng.normal(-0.03, 0.05, count)), 2),
        _products(rng, catalog, amount), slipped, deal[begun], stage[begun], entered[begun], left[begun],
    )  # fmt: skip
    return _without_history(deals, moment(world.start))


def _origins(world: World, customers: Customers, leads: Leads) -> _Origin:
    """Handed-over leads and business cases that sales finds itself, by moment of creation."""
    rng = world.rng("opportunities.origins")
    weights = day_weights(world, "deals", -RUN_IN)
    direct = round(world.count(DIRECT) * weights.sum() / weights[RUN_IN:].sum())
    days = draw_days(rng, direct, weights, -RUN_IN)
    found = customers.draw(rng, days, customers.activity * np.where(customers.business, 8.0, 0.4))
    taken = np.flatnonzero(leads.converted)
    lead = np.concatenate([np.full(direct, NONE), taken])
    created = np.concatenate([clock(rng, world, days, "deals"), leads.handed_over[taken]])
    customer = np.concatenate([found, leads.customer[taken]])
    channel = np.concatenate([np.full(direct, CHANNELS.index("field sales")), leads.channel[taken]])
    campaign = np.concatenate([np.full(direct, NONE), leads.campaign[taken]])
    order = np.argsort(created, kind="stable")
    created = created[order]
    number = (created.astype("datetime64[D]") - np.datetime64(world.start, "D")).astype(np.int64)
    return _Origin(created, number, customer[order], lead[order], channel[order], campaign[order])


def _slipped(world: World, origin: _Origin, team: Ints) -> Bools:
    """The planted big deals: opportunities of one team, some ten weeks old at the end."""
    effect = world.effects["slipped-deals"]
    age = world.days - origin.days
    fitting = (team == TEAM_NAMES.index(effect.place)) & (age >= 60) & (age <= 120)
    chosen = np.zeros(len(team), bool)
    chosen[np.flatnonzero(fitting)[: int(effect.size)]] = True
    return chosen


def _win_chance(world: World, customers: Customers, customer: Ints, drivers: tuple[Floats, Floats]) -> Floats:
    skill, amount = drivers
    effect = world.effects["segment-outcome"]
    liked = customers.segment[customer] == SEGMENTS.index(effect.place)
    raw = BASE_WIN + 0.25 * skill - 0.03 * np.log(amount / 7_000) + np.where(liked, effect.size, 0.0)
    return np.clip(raw, 0.04, 0.92)


def _fallen(world: World, rng: np.random.Generator, team: Ints, closed: Times) -> Bools:
    """Wins that the planted fall turns into losses."""
    effect = world.effects["win-rate-fall"]
    hit = (team == TEAM_NAMES.index(effect.place)) & (closed >= moment(effect.start))
    fallen: Bools = hit & chance(rng, effect.size / USUAL_WIN, len(team))
    return fallen


def _lost_stage(rng: np.random.Generator, process: Ints) -> Ints:
    stage = np.zeros(len(process), np.int64)
    for code, weights in enumerate(LOST_AT):
        mine = process == code
        stage[mine] = pick(rng, weights, int(mine.sum()))
    return stage


def _stays(rng: np.random.Generator, process: Ints, final: Ints, slipped: Bools) -> tuple[Ints, Ints, Floats]:
    """Stays per deal in order: the stages up to the final one; some deals go back once from their last."""
    count = len(process)
    back = chance(rng, share("re-entered"), count) & (final > 0) & ~slipped
    counts = final + 1 + 2 * back
    deal = np.repeat(np.arange(count), counts)
    step = sequence(counts)
    stage = np.where(step <= final[deal], step, final[deal] - (step - final[deal]) % 2)
    pace = lognormal(rng, 1.0, 0.35, count)
    length = STAGE_DAYS[process[deal], stage] * pace[deal] * lognormal(rng, 1.0, 0.55, len(deal))
    stuck = slipped[deal]
    length = np.where(stuck, np.where(stage == final[deal], 400.0, 9.0), length)
    return deal, stage, length


def _times(created: Times, deal: Ints, length: Floats) -> tuple[Times, Times]:
    until = np.cumsum(length)
    first = np.append(True, deal[1:] != deal[:-1])
    offset = (until - length)[first]
    since = until - offset[deal]
    return created[deal] + days_of(since - length), created[deal] + days_of(since)


def _products(rng: np.random.Generator, catalog: Catalog, amount: Floats) -> Ints:
    """The main product: large deals are about motor boats, small ones about boats, engines, electronics."""
    codes = [category.name for category in names.CATEGORIES]
    wanted = [
        codes.index(name) for name in ("Electronics", "Small boats", "Motor boats", "Engines & trailers")
    ]
    small, large = np.zeros(len(catalog.category)), np.zeros(len(catalog.category))
    for code, low, high in zip(wanted, (0.25, 0.4, 0.0, 0.35), (0.05, 0.15, 0.55, 0.25), strict=True):
        small += np.where(catalog.category == code, low * catalog.appeal, 0.0)
        large += np.where(catalog.category == code, high * catalog.appeal, 0.0)
    return np.where(amount > 12_000, pick(rng, large, len(amount)), pick(rng, small, len(amount)))


def _without_history(deals: Deals, start: np.datetime64) -> Deals:
    """Drop what was closed before the start and number the rest anew."""
    keep = np.isnat(deals.closed) | (deals.closed >= start)
    number = np.cumsum(keep) - 1
    stays = keep[deals.stay_deal]
    values = {}
    for field in Deals.__dataclass_fields__:
        column = getattr(deals, field)
        values[field] = column[stays] if field.startswith("stay_") else column[keep]
    values["stay_deal"] = number[values["stay_deal"]]
    return Deals(**values)
