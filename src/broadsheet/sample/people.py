"""Teams, employees and the customers behind all facts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import TEAM_NAMES, missing
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import chance, lognormal, pick
from broadsheet.sample.moments import Bools, Floats, Ints, at_midnight, to_utc
from broadsheet.sample.world import World

SLOTS = {"Sales": 6, "Retail": 18, "Service": 7, "Marketing": 4}
ROLES = {
    "Sales": "sales rep",
    "Retail": "shop assistant",
    "Service": "service worker",
    "Marketing": "marketer",
}
GOLDEN = 12_000


@dataclass(frozen=True)
class Staff:
    """Desks of every team: `first[team][desk]` works there until day `change[team][desk]`, then `second`."""

    frame: pd.DataFrame
    first: dict[int, Ints]
    second: dict[int, Ints]
    change: dict[int, Ints]
    skill: Floats

    def at_desk(self, rng: np.random.Generator, team: Ints, days: Ints) -> Ints:
        """Who of the team took it on these days, at random among the desks."""
        owner = missing(len(team))
        draw = rng.random(len(team))
        for code, first in self.first.items():
            mine = np.flatnonzero(team == code)
            desk = (draw[mine] * len(first)).astype(np.int64)
            later = days[mine] >= self.change[code][desk]
            owner[mine] = np.where(later, self.second[code][desk], first[desk])
        return owner


def make_staff(world: World) -> Staff:
    """One person per desk; the last desk of each sales and service team changed hands once."""
    rng = world.rng("users")
    rows: list[tuple[int, str, int, int]] = []
    first, second, change = {}, {}, {}
    for team, (_, department) in enumerate(names.TEAMS):
        desks = SLOTS[department] if TEAM_NAMES[team] != "Online" else 3
        people = len(rows) + np.arange(desks)
        moves = np.full(desks, world.days + 1)
        heirs = people.copy()
        rows += [(team, department, 0, 0) for _ in range(desks)]
        if department in ("Sales", "Service"):
            moves[-1] = int(rng.integers(world.days // 4, world.days * 3 // 4))
            rows[-1] = (team, department, 0, int(moves[-1]))
            heirs[-1] = len(rows)
            rows.append((team, department, int(moves[-1]), 0))
        first[team], second[team], change[team] = people, heirs, moves
    return Staff(_staff_frame(world, rng, rows), first, second, change, rng.normal(0, 0.28, len(rows)))


def _staff_frame(
    world: World, rng: np.random.Generator, rows: list[tuple[int, str, int, int]]
) -> pd.DataFrame:
    count = len(rows)
    pairs = rng.permutation(len(names.FIRST_NAMES) * len(names.LAST_NAMES))[:count]
    given = [names.FIRST_NAMES[pair % len(names.FIRST_NAMES)] for pair in pairs]
    family = [names.LAST_NAMES[pair // len(names.FIRST_NAMES)] for pair in pairs]
    entry = np.array([row[2] for row in rows])
    entry = np.where(entry == 0, -rng.integers(100, 3000, count), entry)
    leaving = np.array([row[3] for row in rows])
    heads = np.append(True, np.diff([row[0] for row in rows]) > 0)
    exits = at_midnight(world, leaving)
    exits[leaving == 0] = np.datetime64("NaT")
    roles = [
        f"head of {TEAM_NAMES[row[0]]}" if head else ROLES[row[1]]
        for row, head in zip(rows, heads, strict=True)
    ]
    return pd.DataFrame(
        {
            "user_id": np.arange(count),
            "name": [f"{g} {f}" for g, f in zip(given, family, strict=True)],
            "role": roles,
            "team_id": [row[0] for row in rows],
            "department": [row[1] for row in rows],
            "hours_week": rng.choice((40.0, 32.0, 20.0), count, p=(0.75, 0.15, 0.1)),
            "email": [f"{g}.{f}@tidewater.example.com".lower() for g, f in zip(given, family, strict=True)],
            "valid_from": to_utc(at_midnight(world, entry)),
            "valid_to": to_utc(exits),
        }
    )


def teams_frame(world: World, staff: Staff) -> pd.DataFrame:
    """The teams with the head of each."""
    count = len(TEAM_NAMES)
    founded = np.full(count, np.datetime64(world.start, "s") - np.timedelta64(4000 * 86_400, "s"))
    return pd.DataFrame(
        {
            "team_id": np.arange(count),
            "manager_id": [int(staff.first[team][0]) for team in range(count)],
            "name": TEAM_NAMES,
            "department": [department for _, department in names.TEAMS],
            "valid_from": to_utc(founded),
            "valid_to": np.full(count, np.datetime64("NaT", "s")),
        }
    )


@dataclass(frozen=True)
class Customers:
    """The golden customers as arrays, ordered by `acquired` (day number, negative before the start)."""

    business: Bools
    city: Ints
    team: Ints
    currency: Ints
    segment: Ints
    acquired: Ints
    activity: Floats
    is_test: Bools

    def __len__(self) -> int:
        return len(self.business)

    def draw(self, rng: np.random.Generator, days: Ints, appetite: Floats) -> Ints:
        """One customer per event, among those acquired by its day, weighted by `appetite`."""
        edges = np.cumsum(appetite)
        ceiling = edges[np.maximum(np.searchsorted(self.acquired, days, side="right") - 1, 0)]
        chosen: Ints = np.searchsorted(edges, rng.random(len(days)) * ceiling, side="right")
        return np.minimum(chosen, len(self) - 1)


CURRENCY_CODES = tuple(names.CURRENCIES)
SEGMENTS = names.BUSINESS_SEGMENTS + names.CONSUMER_SEGMENTS


def make_customers(world: World) -> Customers:
    """Who buys: a fifth are businesses, six in ten were customers before the first day."""
    rng = world.rng("customers")
    count = world.count(GOLDEN)
    before = rng.random(count) < 0.6
    acquired = np.sort(np.where(before, -rng.integers(1, 2000, count), rng.integers(0, world.days, count)))
    # The very first customer is a business of long standing, so that every draw finds someone.
    acquired[: max(2, count // 50)] = -2000
    business = chance(rng, 0.22, count)
    business[:2] = (True, False)
    city = pick(rng, [city.weight for city in names.CITIES], count)
    team = np.array([TEAM_NAMES.index(c.team) for c in names.CITIES])[city]
    currency = np.array([CURRENCY_CODES.index(names.CURRENCY_OF[c.country]) for c in names.CITIES])[city]
    firm = pick(rng, (0.2, 0.2, 0.15, 0.2, 0.15, 0.1), count)
    private = len(names.BUSINESS_SEGMENTS) + pick(rng, (0.45, 0.25, 0.18, 0.12), count)
    activity = lognormal(rng, 1.0, 0.9, count)
    is_test = chance(rng, share("test"), count)
    return Customers(
        business, city, team, currency, np.where(business, firm, private), acquired, activity, is_test
    )
