"""Use of the two applications for business customers, which came out some fourteen months before the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import Catalog
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import NONE, chance, lognormal, pick, text
from broadsheet.sample.moments import Bools, Floats, Ints
from broadsheet.sample.people import Customers
from broadsheet.sample.world import World

APPLICATIONS = ("Fleet Log", "Dealer Desk")
FEATURES = ("trips", "maintenance", "reports", "stock", "reorder", "price list")
CATEGORY_OF = ("Motor boats", "Engines & trailers")
USERS = 95
YOUNG = 12
DAYS = 430
WEEKDAY = np.array((1.25, 1.2, 1.15, 1.1, 1.0, 0.35, 0.15))


@dataclass(frozen=True)
class Usage:
    """Users of the applications and their rows; `day` is a day number, `user` 0 a service account.

    `reference` is the volume of records per week that a customer's contract rests on.
    """

    customer: Ints
    application: Ints
    reference: Floats
    first: Ints
    loaded: Bools
    row: Ints
    day: Ints
    user: Ints
    feature: Ints
    records: Ints


def make_usage(world: World, customers: Customers) -> Usage:
    """Who uses an application, from which day on, and what they do there; whole days were never loaded."""
    rng = world.rng("app_usage")
    begin = max(0, world.days - DAYS)
    customer = _users(world, rng, customers, begin)
    count = len(customer)
    application = pick(rng, (0.6, 0.4), count)
    first = np.maximum(begin, customers.acquired[customer] + rng.integers(1, 40, count))
    first = np.minimum(first, world.days - 3)
    reference = np.round(lognormal(rng, 700.0, 0.6, count), -1)
    drive = np.clip(rng.normal(0.78, 0.33, count), 0.05, 1.5)
    people = 1 + rng.poisson(1.2, count)
    days = np.arange(begin, world.days)
    weekday = (days + world.start.weekday()) % 7
    pace = np.clip(0.42 * np.sqrt(drive), 0.1, 0.8)[:, None] * WEEKDAY[weekday][None, :]
    active = (rng.random((count, len(days))) < pace) & (days[None, :] >= first[:, None])
    user, place = np.nonzero(active)
    turns = 1 + (rng.random(len(user)) < 0.35)
    row, day = np.repeat(user, turns), np.repeat(days[place], turns)
    machine = chance(rng, 0.12, count)[row] & chance(rng, 0.3, len(row))
    who = np.where(machine, 0, 1 + (rng.random(len(row)) * people[row]).astype(np.int64))
    feature = application[row] * 3 + pick(rng, (0.5, 0.3, 0.2), len(row))
    frame = pd.DataFrame({"row": row, "day": day, "user": who, "feature": feature}).drop_duplicates()
    row, day = frame["row"].to_numpy(), frame["day"].to_numpy()
    effect = world.effects["use-falls"]
    hit = (application[row] == APPLICATIONS.index(effect.place)) & (day >= world.day(effect.start))
    # A week has about 4.2 rows at full pace.
    size = reference[row] * np.sqrt(drive[row]) / 3.4 * np.where(hit, 1 - effect.size, 1.0)
    records = np.maximum(1, np.round(lognormal(rng, size, 0.45, len(row)))).astype(np.int64)
    loaded = ~chance(rng, share("missing-load"), world.days)
    loaded[world.days - 12] = False
    kept = loaded[day]
    return Usage(
        customer, application, reference, first, loaded,
        row[kept], day[kept], frame["user"].to_numpy()[kept], frame["feature"].to_numpy()[kept], records[kept],
    )  # fmt: skip


def _users(world: World, rng: np.random.Generator, customers: Customers, begin: int) -> Ints:
    """Business customers of long standing, and some of the last half year."""
    firm = customers.business & ~customers.is_test
    old = np.flatnonzero(firm & (customers.acquired < begin))
    young = np.flatnonzero(
        firm & (customers.acquired >= world.days - 182) & (customers.acquired < world.days - 4)
    )
    chosen = [rng.permutation(old)[: world.count(USERS)], rng.permutation(young)[: world.count(YOUNG)]]
    return np.sort(np.concatenate(chosen))


def usage_frame(world: World, usage: Usage, catalog: Catalog) -> pd.DataFrame:
    """The table app_usage."""
    rng = world.rng("app_usage.frame")
    count = len(usage.row)
    machine = usage.user == 0
    categories = [category.name for category in names.CATEGORIES]
    product = np.full(len(usage.customer), NONE)
    for code, name in enumerate(CATEGORY_OF):
        mine = usage.application == code
        weights = np.where(catalog.category == categories.index(name), catalog.appeal, 0.0)
        product[mine] = pick(rng, weights, int(mine.sum()))
    logins = np.where(machine, 0, 1 + rng.poisson(0.6, count))
    minutes = np.where(machine, 0, np.round(lognormal(rng, 18.0, 0.7, count)))
    frame = pd.DataFrame(
        {
            "golden_id": usage.customer[usage.row],
            "product_id": product[usage.row],
            "user_ref": np.where(machine, "sync", "user-" + usage.user.astype(str).astype(object)),
            "application": text(APPLICATIONS, usage.application[usage.row]),
            "feature": text(FEATURES, usage.feature),
            "date": np.datetime64(world.start, "D") + usage.day,
            "records_processed": usage.records,
            "logins": logins,
            "active_minutes": minutes.astype(np.int64),
            "is_service": machine,
        }
    )
    return frame.sort_values(["date", "golden_id", "user_ref", "feature"], kind="stable", ignore_index=True)
