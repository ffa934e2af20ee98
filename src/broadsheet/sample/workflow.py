"""Workflows: instances of three processes, with the stay in every step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample.catalog import TEAM_NAMES
from broadsheet.sample.deals import Deals
from broadsheet.sample.draws import chance, lognormal, sequence, text
from broadsheet.sample.moments import (
    Ints,
    Times,
    at_midnight,
    days_of,
    end_local,
    known,
    moment,
    office,
    to_utc,
)
from broadsheet.sample.orders import Orders
from broadsheet.sample.people import Customers, Staff
from broadsheet.sample.quotes import Quotes
from broadsheet.sample.service import Returns
from broadsheet.sample.world import World


@dataclass(frozen=True)
class Process:
    """The steps of a process with the usual days in each and, where one is set, the limit in days."""

    name: str
    steps: tuple[str, ...]
    days: tuple[float, ...]
    limits: tuple[float, ...]


PROCESSES = (
    Process(
        "onboarding-v1",
        ("Credit check", "Contract", "First order", "Training"),
        (2.0, 6.0, 14.0, 9.0),
        (5, 14, np.nan, 30),
    ),
    Process("approval-v1", ("Price check", "Approval", "Sending"), (0.8, 1.6, 0.5), (2, 4, np.nan)),
    Process("claim-v1", ("Inspection", "Decision", "Refund"), (3.0, 2.0, 2.5), (8, 5, 7)),
)
STEPS = tuple(step for process in PROCESSES for step in process.steps)
USUAL = np.array([days for process in PROCESSES for days in process.days])
LIMITS = np.array([limit for process in PROCESSES for limit in process.limits])
STATUSES = ("running", "done", "abandoned")


@dataclass(frozen=True)
class Instances:
    """Process instances as arrays: which process, when it began, for whom, and who runs it."""

    process: Ints
    begun: Times
    customer: Ints
    owner: Ints
    team: Ints


def process_frame(world: World, instances: Instances) -> pd.DataFrame:
    """The table process_steps: one row per step entered; a few instances are abandoned in a step."""
    rng = world.rng("process_steps")
    lengths = np.array([len(process.steps) for process in PROCESSES])
    counts = lengths[instances.process]
    firsts = np.cumsum(lengths) - lengths
    instance = np.repeat(np.arange(len(counts)), counts)
    turn = sequence(counts)
    step = firsts[instances.process[instance]] + turn
    effect = world.effects["stuck-process"]
    length = USUAL[step] * lognormal(rng, 1.0, 0.5, len(step))
    entered, left = _path(instances.begun[instance], length, instance)
    # The planted step is slow for what enters it from the start on; what follows moves with it.
    slow = (step == STEPS.index(effect.place)) & (entered >= moment(effect.start))
    length = np.where(slow, length * effect.size, length)
    entered, left = _path(instances.begun[instance], length, instance)
    dropped = chance(rng, 0.03, len(counts))
    last = np.minimum(np.floor(rng.random(len(counts)) * counts), counts - 1)
    ends_here = dropped[instance] & (turn == last[instance])
    left = np.where(ends_here, entered + days_of(np.full(len(left), 30.0)), left)
    kept = (entered < end_local(world)) & ~(dropped[instance] & (turn > last[instance]))
    left = known(world, left)
    status = np.where(np.isnat(left), 0, np.where(ends_here, 2, 1))
    frame = pd.DataFrame(
        {
            "instance_id": instance,
            "process_id": text([process.name for process in PROCESSES], instances.process[instance]),
            "seq": turn + 1,
            "step": text(STEPS, step),
            "entered_at": to_utc(entered),
            "left_at": to_utc(left),
            "limit_days": LIMITS[step],
            "status": text(STATUSES, status),
            "golden_id": instances.customer[instance],
            "owner": instances.owner[instance],
            "team_id": instances.team[instance],
        }
    )
    entered_so_far: pd.DataFrame = frame[kept]
    return entered_so_far


def _path(
    begun: Times, length: np.ndarray[tuple[int], np.dtype[np.float64]], instance: Ints
) -> tuple[Times, Times]:
    until = np.cumsum(length)
    first = np.append(True, instance[1:] != instance[:-1])
    offset = (until - length)[first]
    since = until - offset[instance]
    return begun + days_of(since - length), begun + days_of(since)


def make_instances(
    world: World,
    people: tuple[Customers, Staff],
    sold: tuple[Deals, Quotes],
    taken_back: tuple[Orders, Returns],
) -> Instances:
    """New companies are onboarded, deep discounts approved, claims inspected."""
    rng = world.rng("process_steps.instances")
    customers, staff = people
    deals, quotes = sold
    orders, returns = taken_back
    fresh = np.flatnonzero(customers.business & (customers.acquired >= 0) & chance(rng, 0.6, len(customers)))
    asked = np.flatnonzero((quotes.discount >= 0.1) & (quotes.revision == 1) & ~np.isnat(quotes.issued))
    asked = asked[quotes.issued[asked] >= moment(world.start)]
    claims = np.flatnonzero(returns.claim)
    order = orders.line_order[returns.line[claims]]
    parts = [
        (0, office(rng, at_midnight(world, customers.acquired[fresh])), fresh, customers.team[fresh]),
        (1, quotes.issued[asked] - days_of(np.full(len(asked), 0.2)), deals.customer[quotes.deal[asked]],
         deals.team[quotes.deal[asked]]),
        (2, office(rng, returns.registered[claims]), orders.customer[order],
         np.full(len(claims), TEAM_NAMES.index("Claims"))),
    ]  # fmt: skip
    process = np.repeat(np.arange(3), [len(part[2]) for part in parts])
    begun, customer, team = (np.concatenate([part[n] for part in parts]) for n in (1, 2, 3))
    order = np.argsort(begun, kind="stable")
    begun, customer, team, process = begun[order], customer[order], team[order], process[order]
    kept = begun < end_local(world)
    begun, customer, team, process = begun[kept], customer[kept], team[kept], process[kept]
    day = (begun.astype("datetime64[D]") - np.datetime64(world.start, "D")).astype(np.int64)
    return Instances(process, begun, customer, staff.at_desk(rng, team, day), team)
