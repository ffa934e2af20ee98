"""Interactions: every call, mail, chat and visit around leads, opportunities and cases."""

from __future__ import annotations

import numpy as np
import pandas as pd

from broadsheet.sample import names
from broadsheet.sample.catalog import missing
from broadsheet.sample.deals import Deals
from broadsheet.sample.draws import NONE, chance, lognormal, pick, sequence, text
from broadsheet.sample.leads import Leads
from broadsheet.sample.moments import (
    Bools,
    Ints,
    clock,
    day_weights,
    days_of,
    draw_days,
    end_local,
    moment,
    office,
    to_utc,
)
from broadsheet.sample.people import Customers, Staff
from broadsheet.sample.service import TEAM_OF_QUEUE, Cases, scripted
from broadsheet.sample.world import World

PHONE, MAIL, CHAT, PERSONAL, PORTAL = range(5)
CHANNELS = ("telephone", "email", "chat", "personal", "portal")
KINDS = ("call", "mail", "chat", "meeting", "message", "click-to-talk")
CLICK_TO_TALK = 5
INBOUND, OUTBOUND = range(2)
SCRIPTS = ("first-call", "reminder", "known-problem")
KNOWN_PROBLEM = 2
OUTCOMES = ("reached", "not reached", "answered", "abandoned")
# The channel of a contact by the channel of its case; a shop visit is personal.
BY_CASE = np.array((PHONE, MAIL, CHAT, PORTAL, PERSONAL))
STRAY_CALLS = 9_000
MINUTES = np.array((6.0, 4.0, 9.0, 45.0, 4.0))


def interactions_frame(
    world: World, customers: Customers, staff: Staff, facts: tuple[Leads, Deals, Cases], contact_of: Ints
) -> pd.DataFrame:
    """All interactions in order of time; `contact_of` names the contact of each customer, or none."""
    leads, deals, cases = facts
    parts = [
        _of_leads(world, leads),
        _of_deals(world, deals),
        _of_cases(world, cases),
        _stray(world, customers, staff),
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["started"] < end_local(world)].sort_values("started", kind="stable", ignore_index=True)
    return _finish(world, rows, contact_of)


def _rows(count: int, **columns: object) -> pd.DataFrame:
    """Interaction rows; what is not given is empty."""
    base: dict[str, object] = {
        name: missing(count) for name in ("golden", "lead", "deal", "case", "user", "queue", "script")
    }
    base |= {"automated": np.zeros(count, bool)}
    return pd.DataFrame(base | columns)


def _of_leads(world: World, leads: Leads) -> pd.DataFrame:
    """Outbound attempts from the first address on; the decision ends them."""
    rng = world.rng("interactions.leads")
    addressed = np.flatnonzero(~np.isnat(leads.addressed))
    attempts = 1 + rng.poisson(1.1, len(addressed))
    lead = np.repeat(addressed, attempts)
    turn = sequence(attempts)
    later = leads.addressed[lead] + days_of(turn * lognormal(rng, 1.2, 0.6, len(lead)))
    started = np.where(turn == 0, leads.addressed[lead], office(rng, later))
    return _rows(
        len(lead),
        lead=lead,
        golden=np.where(leads.converted[lead], leads.customer[lead], NONE),
        user=leads.owner[lead],
        channel=pick(rng, (0.65, 0.35), len(lead)),
        direction=OUTBOUND,
        started=started,
    )


def _of_deals(world: World, deals: Deals) -> pd.DataFrame:
    """About one contact per stay in a stage, a third of them started by the customer."""
    rng = world.rng("interactions.deals")
    counts = rng.poisson(1.05, len(deals.stay_deal))
    stay = np.repeat(np.arange(len(deals.stay_deal)), counts)
    ends = np.where(np.isnat(deals.stay_left), end_local(world), deals.stay_left)[stay]
    begins = np.maximum(deals.stay_entered, np.datetime64(world.start, "s"))[stay]
    span = np.maximum((ends - begins).astype(np.int64), 1)
    started = begins + (rng.random(len(stay)) * span).astype("timedelta64[s]")
    deal = deals.stay_deal[stay]
    return _rows(
        len(stay),
        deal=deal,
        golden=deals.customer[deal],
        user=deals.owner[deal],
        channel=pick(rng, (0.4, 0.35, 0.0, 0.25), len(stay)),
        direction=np.where(chance(rng, 0.33, len(stay)), INBOUND, OUTBOUND),
        started=office(rng, started),
    )


def _of_cases(world: World, cases: Cases) -> pd.DataFrame:
    """The opening contact, the answer, a reminder now and then; mails are confirmed by a machine."""
    rng = world.rng("interactions.cases")
    count = len(cases.created)
    every = np.arange(count)
    answered = np.flatnonzero(~np.isnat(cases.responded) & (cases.channel != 0))
    reminded = np.flatnonzero(chance(rng, 0.3, count) & ~np.isnat(cases.responded))
    mailed = np.flatnonzero(np.isin(cases.channel, (1, 3)))
    case = np.concatenate([every, answered, reminded, mailed])
    reminder = cases.responded[reminded] + days_of(rng.uniform(0.1, 2.0, len(reminded)))
    confirmed = cases.created[mailed] + np.timedelta64(40, "s")
    started = np.concatenate([cases.created, cases.responded[answered], reminder, confirmed])
    kind = np.repeat(np.arange(4), (count, len(answered), len(reminded), len(mailed)))
    machine = kind == 3
    return _rows(
        len(case),
        case=case,
        golden=cases.customer[case],
        user=np.where(machine, NONE, cases.owner[case]),
        channel=np.where(machine, MAIL, BY_CASE[cases.channel[case]]),
        queue=cases.queue[case],
        direction=np.where(np.isin(kind, (1, 3)), OUTBOUND, INBOUND),
        started=started,
        automated=machine,
        script=np.where((kind == 0) & scripted(world, count)[case], KNOWN_PROBLEM, NONE),
    )


def _stray(world: World, customers: Customers, staff: Staff) -> pd.DataFrame:
    """Inbound calls that lead to no case."""
    rng = world.rng("interactions.stray")
    days = draw_days(rng, world.count(STRAY_CALLS), day_weights(world, "service"))
    queue = pick(rng, (0.26, 0.32, 0.34, 0.08), len(days))
    caller = customers.draw(rng, days, customers.activity)
    return _rows(
        len(days),
        golden=np.where(chance(rng, 0.7, len(days)), caller, NONE),
        user=staff.at_desk(rng, TEAM_OF_QUEUE[queue], days),
        channel=PHONE,
        queue=queue,
        direction=INBOUND,
        started=clock(rng, world, days, "service"),
    )


def _finish(world: World, rows: pd.DataFrame, contact_of: Ints) -> pd.DataFrame:
    """The table's columns."""
    rng = world.rng("interactions.frame")
    count = len(rows)
    course = _with_holds(world, rows, _course(rng, rows))
    channel, direction, golden = (rows[name].to_numpy() for name in ("channel", "direction", "golden"))
    calls = (direction == OUTBOUND) & (channel == PHONE)
    led = calls & (rows["lead"] >= 0).to_numpy()
    alone = (course["abandoned"] | course["ivr_contained"]).to_numpy()
    heads = pd.DataFrame(
        {
            "interaction_id": np.arange(count),
            "golden_id": golden,
            "contact_id": np.where(golden >= 0, contact_of[golden], NONE),
            "lead_id": rows["lead"],
            "opportunity_id": rows["deal"],
            "case_id": rows["case"],
            "user_id": np.where(alone, NONE, rows["user"].to_numpy()),
            "channel": text(CHANNELS, channel),
            "direction": text(("inbound", "outbound"), direction),
            "type": text(KINDS, np.where(_from_website(world, rows), CLICK_TO_TALK, channel)),
            "queue": text(names.QUEUES, rows["queue"].to_numpy()),
            "dial_mode": text(("manual", "preview"), np.where(calls, pick(rng, (0.7, 0.3), count), NONE)),
            "script_id": text(
                SCRIPTS, np.where(led, pick(rng, (0.6, 0.4), count), rows["script"].to_numpy())
            ),
            "started_at": to_utc(rows["started"].to_numpy()),
            "is_automated": rows["automated"],
        }
    )
    return pd.concat([heads, course], axis="columns")


def _course(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """How each contact went, and its seconds: some callers give up, some are served by the voice menu."""
    count = len(rows)
    channel = rows["channel"].to_numpy()
    inbound = rows["direction"].to_numpy() == INBOUND
    stray = inbound & (rows["case"] < 0).to_numpy() & (rows["deal"] < 0).to_numpy()
    voice = stray & chance(rng, 0.15, count)
    left = stray & ~voice & chance(rng, 0.12, count)
    missed = ~inbound & (channel == PHONE) & chance(rng, 0.42, count)
    connected = ~(left | voice | missed | rows["automated"].to_numpy())
    waits = inbound & np.isin(channel, (PHONE, CHAT)) & ~voice
    wraps = connected & (channel != PERSONAL)
    talk = np.where(connected, lognormal(rng, MINUTES[channel] * 60, 0.6, count), 0).astype(np.int64)
    wait = np.where(waits, lognormal(rng, 45, 0.9, count), 0).astype(np.int64)
    menu = np.where(voice, lognormal(rng, 80, 0.4, count), 0).astype(np.int64)
    outcome = np.select([left, missed, inbound & connected, connected], [3, 1, 2, 0], NONE)
    return pd.DataFrame(
        {
            "outcome": text(OUTCOMES, outcome),
            "duration_s": wait + talk + menu,
            "wait_s": wait,
            "talk_s": talk,
            "wrap_s": np.where(wraps, lognormal(rng, 70, 0.5, count), 0).astype(np.int64),
            "connected": connected,
            "abandoned": left,
            "ivr_contained": voice,
        }
    )


def _from_website(world: World, rows: pd.DataFrame) -> Bools:
    """Calls of customers who clicked a button on the website: some of those that lead to no case."""
    stray = (
        (rows["direction"] == INBOUND) & (rows["channel"] == PHONE) & (rows["case"] < 0) & (rows["deal"] < 0)
    )
    clicked: Bools = stray.to_numpy() & chance(world.rng("interactions.clicks"), 0.12, len(rows))
    return clicked


def _with_holds(world: World, rows: pd.DataFrame, course: pd.DataFrame) -> pd.DataFrame:
    """A third of the answered calls to a queue are put on hold, as a part of their length."""
    rng = world.rng("interactions.holds")
    effect = world.effects["long-holds"]
    count = len(rows)
    called = (rows["channel"] == PHONE) & (rows["direction"] == INBOUND) & (rows["queue"] >= 0)
    held = called.to_numpy() & course["connected"].to_numpy() & chance(rng, 0.35, count)
    long = (rows["queue"] == names.QUEUES.index(effect.place)) & (rows["started"] >= moment(effect.start))
    usual = lognormal(rng, 50, 0.5, count) * np.where(long, effect.size, 1.0)
    hold = np.where(held, usual, 0).astype(np.int64)
    return course.assign(hold_s=hold, duration_s=course["duration_s"] + hold)
