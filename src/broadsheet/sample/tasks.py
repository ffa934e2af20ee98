"""Tasks of employees: follow-ups on deals, calls back, documents to send, regular reviews of key accounts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample.catalog import TEAM_NAMES, missing
from broadsheet.sample.deals import Deals
from broadsheet.sample.dirt import share
from broadsheet.sample.draws import chance, lognormal, pick, text
from broadsheet.sample.leads import Leads
from broadsheet.sample.moments import (
    Ints,
    Times,
    at_hour,
    at_midnight,
    days_of,
    end_local,
    moment,
    office,
    seconds,
    to_utc,
)
from broadsheet.sample.people import Customers, Staff
from broadsheet.sample.service import PRIORITIES, TEAM_OF_QUEUE, Cases
from broadsheet.sample.world import World

FOLLOW_UP, CALL_BACK, DOCUMENT, REVIEW = range(4)
TYPES = ("follow-up", "call-back", "document", "review")
STATUSES = ("open", "done", "cancelled")
IN_TIME = 0.8
"""The part of the tasks done by the day they were first due, without the planted effect."""
REVIEWED = 110


def tasks_frame(
    world: World, customers: Customers, staff: Staff, facts: tuple[Leads, Deals, Cases]
) -> pd.DataFrame:
    """The table tasks: a cancelled or finished one is closed, some due dates are moved, some are missing."""
    leads, deals, cases = facts
    rows = pd.concat(
        [
            _of_deals(world, deals),
            _of_leads(world, leads),
            _of_cases(world, cases),
            _reviews(world, customers, staff),
        ],
        ignore_index=True,
    )
    rows = rows[(rows["created"] >= moment(world.start)) & (rows["created"] < end_local(world))]
    rows = rows.sort_values("created", kind="stable", ignore_index=True)
    return _finish(world, rows)


def _rows(count: int, **columns: object) -> pd.DataFrame:
    base: dict[str, object] = {name: missing(count) for name in ("golden", "lead", "deal", "case")}
    return pd.DataFrame(base | columns)


def _of_deals(world: World, deals: Deals) -> pd.DataFrame:
    """One stay in seven gives a task, one of four of them a document to send."""
    rng = world.rng("tasks.deals")
    stay = np.flatnonzero(chance(rng, 0.15, len(deals.stay_deal)))
    deal = deals.stay_deal[stay]
    return _rows(
        len(stay),
        type=np.where(chance(rng, 0.25, len(stay)), DOCUMENT, FOLLOW_UP),
        deal=deal,
        golden=deals.customer[deal],
        owner=deals.owner[deal],
        team=deals.team[deal],
        created=office(rng, deals.stay_entered[stay] + days_of(rng.uniform(0.0, 1.0, len(stay)))),
        days=lognormal(rng, 5.0, 0.5, len(stay)),
    )


def _of_leads(world: World, leads: Leads) -> pd.DataFrame:
    rng = world.rng("tasks.leads")
    lead = np.flatnonzero(~np.isnat(leads.addressed) & chance(rng, 0.08, len(leads.created)))
    return _rows(
        len(lead),
        type=CALL_BACK,
        lead=lead,
        owner=leads.owner[lead],
        team=leads.team[lead],
        created=leads.addressed[lead],
        days=lognormal(rng, 2.5, 0.4, len(lead)),
    )


def _of_cases(world: World, cases: Cases) -> pd.DataFrame:
    rng = world.rng("tasks.cases")
    case = np.flatnonzero(~np.isnat(cases.responded) & chance(rng, 0.07, len(cases.created)))
    return _rows(
        len(case),
        type=CALL_BACK,
        case=case,
        golden=cases.customer[case],
        owner=cases.owner[case],
        team=TEAM_OF_QUEUE[cases.queue[case]],
        created=cases.responded[case],
        days=lognormal(rng, 1.5, 0.3, len(case)),
    )


def _reviews(world: World, customers: Customers, staff: Staff) -> pd.DataFrame:
    """Every quarter of a year a talk with each of the most active companies: one task per occurrence."""
    rng = world.rng("tasks.reviews")
    firms = np.flatnonzero(customers.business & (customers.acquired < 0))
    firms = firms[np.argsort(-customers.activity[firms], kind="stable")][: world.count(REVIEWED)]
    first = rng.integers(0, 91, len(firms))
    turns = max(1, world.days // 91)
    day = (first[:, None] + 91 * np.arange(turns)[None, :]).ravel()
    golden = np.repeat(firms, turns)
    return _rows(
        len(golden),
        type=REVIEW,
        golden=golden,
        owner=staff.at_desk(rng, customers.team[golden], day),
        team=customers.team[golden],
        created=at_midnight(world, day) + seconds(np.full(len(day), 9 * 3600)),
        days=np.full(len(golden), 14.0),
    )


def _finish(world: World, rows: pd.DataFrame) -> pd.DataFrame:
    """Due dates, what became of the task, and the table's columns."""
    rng = world.rng("tasks.frame")
    count = len(rows)
    created: Times = rows["created"].to_numpy(dtype="datetime64[s]")
    first_due = at_hour(office(rng, created + days_of(rows["days"].to_numpy())), 17)
    moved = chance(rng, 0.12, count)
    due = np.where(moved, at_hour(office(rng, first_due + days_of(rng.uniform(2, 10, count))), 17), first_due)
    team: Ints = rows["team"].to_numpy()
    closed, status = _closing(world, rng, (created, first_due), team)
    undated = chance(rng, share("no-due-task"), count)
    empty = np.datetime64("NaT", "s")
    return pd.DataFrame(
        {
            "task_id": np.arange(count),
            "type": text(TYPES, rows["type"].to_numpy()),
            "priority": text(PRIORITIES, pick(rng, (0.08, 0.3, 0.42, 0.2), count)),
            "created_at": to_utc(created),
            "due_at": to_utc(np.where(undated, empty, due)),
            "first_due_at": to_utc(np.where(undated, empty, first_due)),
            "done_at": to_utc(np.where(status == 1, closed, empty)),
            "closed_at": to_utc(closed),
            "status": text(STATUSES, status),
            "owner": rows["owner"],
            "team_id": team,
            "golden_id": rows["golden"],
            "lead_id": rows["lead"],
            "opportunity_id": rows["deal"],
            "case_id": rows["case"],
        }
    )


def _closing(
    world: World, rng: np.random.Generator, when: tuple[Times, Times], team: Ints
) -> tuple[Times, Ints]:
    """When each task was closed and how: 1 done, 2 cancelled, 0 still open."""
    created, due = when
    effect = world.effects["late-tasks"]
    count = len(team)
    hit = (team == TEAM_NAMES.index(effect.place)) & (due >= moment(effect.start))
    in_time = chance(rng, IN_TIME - np.where(hit, effect.size, 0.0), count)
    span = (due - created).astype(np.float64) / 86_400
    early = created + days_of(span * rng.uniform(0.1, 0.98, count))
    late = office(rng, due + days_of(0.5 + lognormal(rng, 3.0, 0.9, count)))
    done = np.where(in_time, early, late)
    done = np.where(chance(rng, 0.015, count), np.datetime64("NaT", "s"), done)
    cancelled = chance(rng, 0.05, count)
    closed: Times = np.where(done < end_local(world), done, np.datetime64("NaT", "s"))
    return closed, np.where(np.isnat(closed), 0, np.where(cancelled, 2, 1))
