"""What customers have committed themselves to: subscriptions by term, contracts by version."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import Catalog
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, cents, chance, lognormal, pick, text
from broadsheet.sample.moments import Bools, Floats, Ints, at_midnight, days_of, end_local, to_utc
from broadsheet.sample.people import CURRENCY_CODES, SEGMENTS, Customers, Staff
from broadsheet.sample.world import World

TERM = 365
RENEWAL = 0.84
"""The part of the subscriptions renewed within the grace of 30 days; a few follow later still."""
BOAT_OWNER = SEGMENTS.index("Boat owner")
CONTRACTED = 0.3


def subscriptions_frame(world: World, customers: Customers, catalog: Catalog, staff: Staff) -> pd.DataFrame:
    """Yearly care and chart plans: one row per term, the next term begins the day after if it is renewed."""
    rng = world.rng("subscriptions")
    root, began = _subscribers(world, rng, customers)
    product = pick(rng, np.where(np.isin(catalog.category, (2, 6, 7)), catalog.appeal, 0.0), len(root))
    price = 60 + 0.02 * catalog.price[product]
    volume = np.round(lognormal(rng, np.where(customers.business[root], 60.0, 18.0), 0.6, len(root)))
    unknown = chance(rng, share("no-ref-volume"), len(root))
    auto = chance(rng, 0.45, len(root))
    parts = []
    chain, start, turn = np.arange(len(root)), began, 0
    while len(chain):
        ends = start + TERM - 1
        renewed, cancelled = _fate(world, rng, (customers.segment[root[chain]], auto[chain]), ends)
        parts.append(
            pd.DataFrame(
                {
                    "chain": chain,
                    "turn": turn,
                    "start": start,
                    "term_end": ends,
                    "renewed": renewed,
                    "cancelled": cancelled,
                    "amount": cents(price[chain] * 1.03**turn),
                }
            )
        )
        goes_on = (renewed >= 0) & (ends + 1 < world.days)
        chain, start, turn = chain[goes_on], ends[goes_on] + 1, turn + 1
    terms = pd.concat(parts, ignore_index=True)
    terms = terms[terms["term_end"] >= 0].sort_values(["start", "chain"], kind="stable", ignore_index=True)
    chain = terms["chain"].to_numpy()
    owner = staff.at_desk(rng, customers.team[root], np.maximum(began, 0))[chain]
    return _subscription_table(
        world, terms, customers, (root[chain], product[chain], owner),
        (auto[chain], np.where(unknown, np.nan, volume)[chain]),
    )  # fmt: skip


def _subscribers(world: World, rng: np.random.Generator, customers: Customers) -> tuple[Ints, Ints]:
    """Who subscribes from which day; some have two plans that end together."""
    everyone = np.arange(len(customers))
    willing = np.where(customers.business, 0.5, np.where(customers.segment == BOAT_OWNER, 0.3, 0.0))
    root = everyone[chance(rng, willing, len(everyone)) & ~customers.is_test]
    first = np.maximum(customers.acquired[root], -TERM + 1)
    began = first + np.floor(rng.random(len(root)) * (world.days - first)).astype(np.int64)
    second = np.flatnonzero(chance(rng, 0.06, len(root)))
    return np.concatenate([root, root[second]]), np.concatenate([began, began[second]])


def _fate(world: World, rng: np.random.Generator, who: tuple[Ints, Bools], ends: Ints) -> tuple[Ints, Ints]:
    """The days on which a term was renewed or cancelled, -1 where it was not (yet)."""
    segment, auto = who
    effect = world.effects["renewal-fall"]
    count = len(ends)
    hit = (segment == SEGMENTS.index(effect.place)) & (ends >= world.day(effect.start))
    stays = chance(rng, RENEWAL - np.where(hit, effect.size, 0.0), count)
    late = ~stays & chance(rng, 0.06, count)
    when = np.where(auto, ends, ends + rng.integers(-40, 26, count))
    when = np.where(late, ends + rng.integers(35, 80, count), when)
    renewed = np.where((stays | late) & (when < world.days) & (when >= 0), when, NONE)
    # Terms that ended before the first day were renewed then, or their chain would not be here.
    renewed = np.where((stays | late) & (when < 0), np.maximum(ends - 1, 0), renewed)
    told = ends - rng.integers(5, 90, count)
    gone = ~stays & ~late & chance(rng, 0.7, count)
    return renewed, np.where(gone & (told >= 0) & (told < world.days), told, NONE)


def _subscription_table(
    world: World,
    terms: pd.DataFrame,
    customers: Customers,
    who: tuple[Ints, Ints, Ints],
    what: tuple[Bools, Floats],
) -> pd.DataFrame:
    root, product, owner = who
    auto, volume = what
    number = pd.Series(np.arange(len(terms)))
    previous = number.groupby(terms["chain"]).shift(fill_value=NONE)
    rng = world.rng("subscriptions.clock")
    noon = days_of(rng.uniform(0.35, 0.72, len(terms)))
    units = 1.0 / np.array(list(names.CURRENCIES.values()))[customers.currency[root]]
    moments = {}
    for name in ("renewed", "cancelled"):
        day = terms[name].to_numpy()
        moment = at_midnight(world, day) + noon
        moment[day < 0] = np.datetime64("NaT")
        moments[f"{name}_at"] = to_utc(moment)
    first = np.datetime64(world.start, "D")
    return pd.DataFrame(
        {
            "subscription_id": number,
            "previous_id": previous.to_numpy(),
            "golden_id": root,
            "product_id": product,
            "owner_user_id": owner,
            "start": first + terms["start"].to_numpy(),
            "term_end": first + terms["term_end"].to_numpy(),
            **moments,
            "amount": cents(terms["amount"].to_numpy() * units),
            "currency": text(CURRENCY_CODES, customers.currency[root]),
            "auto_renew": auto,
            "ref_volume_week": volume,
        }
    )


def contracts_frame(world: World, customers: Customers, staff: Staff) -> pd.DataFrame:
    """Supply contracts of businesses: the first version, and one more for every adjustment of the value."""
    rng = world.rng("contracts")
    everyone = np.arange(len(customers))
    holder = everyone[customers.business & ~customers.is_test & chance(rng, CONTRACTED, len(everyone))]
    count = len(holder)
    earliest = np.maximum(customers.acquired[holder], -700)
    start = earliest + np.floor(rng.random(count) * (world.days - earliest)).astype(np.int64)
    ends = np.where(chance(rng, 0.2, count), NONE, start + rng.choice((365, 730, 1095), count))
    alive = np.minimum(np.where(ends == NONE, world.days, ends), world.days) - np.maximum(start, 0)
    changes = np.minimum(rng.poisson(np.maximum(alive, 0) / 420), 4)
    contract = np.repeat(np.arange(count), changes + 1)
    first = np.append(True, contract[1:] != contract[:-1])
    begun = np.maximum(start, 0)[contract]
    day = np.where(first, NONE, begun + np.floor(rng.random(len(contract)) * np.maximum(alive[contract], 1)))
    ranked = np.lexsort((day, contract))
    day = day[ranked].astype(np.int64)
    step = np.where(first, 1.0, _adjustments(world, rng, customers.segment[holder[contract]], day))
    value = _values(rng, contract, step, count) / np.array(list(names.CURRENCIES.values()))[
        customers.currency[holder[contract]]
    ]  # fmt: skip
    value = np.round(value, -1)
    adjusted = at_midnight(world, day) + days_of(rng.uniform(0.35, 0.72, len(day)))
    adjusted[day < 0] = np.datetime64("NaT")
    origin = np.datetime64(world.start, "D")
    ending = np.where(ends == NONE, np.datetime64("NaT", "D"), origin + ends)
    owner = staff.at_desk(rng, customers.team[holder], np.maximum(start, 0))
    return pd.DataFrame(
        {
            "contract_id": contract,
            "version": pd.Series(contract).groupby(contract).cumcount() + 1,
            "golden_id": holder[contract],
            "start": (origin + start)[contract],
            "end": ending[contract],
            "adjusted_at": to_utc(np.minimum(adjusted, end_local(world) - np.timedelta64(60, "s"))),
            "value": value,
            "previous_value": np.where(first, np.nan, np.append(np.nan, value[:-1])),
            "currency": text(CURRENCY_CODES, customers.currency[holder[contract]]),
            "owner": owner[contract],
        }
    )


def _adjustments(world: World, rng: np.random.Generator, segment: Ints, day: Ints) -> Floats:
    """The factor of an adjustment: usually a rise, in the planted segment a cut."""
    effect = world.effects["contract-cuts"]
    cut = (segment == SEGMENTS.index(effect.place)) & (day >= world.day(effect.start))
    usual = 1.05 + rng.normal(0, 0.03, len(day))
    return np.where(cut, 1 - effect.size + rng.normal(0, 0.03, len(day)), usual)


def _values(rng: np.random.Generator, contract: Ints, step: Floats, count: int) -> Floats:
    """Yearly values: every version is the one before times its factor."""
    first = lognormal(rng, 7_500.0, 0.7, count)
    path = np.cumsum(np.log(step))
    starts = np.flatnonzero(np.append(True, contract[1:] != contract[:-1]))
    values: Floats = first[contract] * np.exp(path - path[starts][contract])
    return values
