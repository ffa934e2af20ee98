"""Sign-ups of people: webinars, seminars, trade shows, lists, and the consents they gave."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from broadsheet.sample.draws import NONE, chance, lognormal, text
from broadsheet.sample.marketing import CHANNELS, campaign_of
from broadsheet.sample.moments import Floats, Ints, Times, days_of, end_local, known, moment, to_utc
from broadsheet.sample.outreach import Outreach, People
from broadsheet.sample.world import World

WEBINARS = ("Knots & splices", "Echo sounding", "Winter storage")
SEMINARS = ("Engine care", "Coastal license")
LISTS = ("newsletter", "blog", "portal")
KINDS = ("webinar", "seminar", "trade_show", *LISTS)
# People per event, and per list over all days, at scale 1.
SEATS = {"webinar": 42, "seminar": 16, "trade_show": 130}
SUBSCRIBERS = {"newsletter": 1_500, "blog": 900, "portal": 700}
ATTENDS = {"webinar": 0.66, "seminar": 0.86, "trade_show": 0.78}
CAME = ("email", "social", "website", "trade show")

NEVER = np.datetime64("NaT", "s")
Event = tuple[str, str, np.datetime64]


def registrations_frame(world: World, people: People, campaigns: pd.DataFrame) -> pd.DataFrame:
    """The table event_registrations, in order of registration."""
    rng = world.rng("event_registrations")
    events = _events(world)
    parts = [_seats(world, rng, people, (number, event)) for number, event in enumerate(events)]
    parts += [
        _subscriptions(world, rng, people, (len(events) + number, kind)) for number, kind in enumerate(LISTS)
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["registered"] < end_local(world)]
    rows = rows.sort_values("registered", kind="stable", ignore_index=True)
    names = [name for _, name, _ in events] + [name.capitalize() for name in LISTS]
    came = np.array([CHANNELS.index(name) for name in CAME])[
        (rng.random(len(rows)) * len(CAME)).astype(np.int64)
    ]
    registered = rows["registered"].to_numpy().astype("datetime64[s]")
    days = (registered.astype("datetime64[D]") - np.datetime64(world.start, "D")).astype(np.int64)
    moments = {
        name: to_utc(known(world, rows[name].to_numpy().astype("datetime64[s]")))
        for name in ("confirmed", "cancelled")
    }
    held = rows["held"].to_numpy().astype("datetime64[s]")
    return pd.DataFrame(
        {
            "registration_id": np.arange(len(rows)),
            "event_id": rows["event"],
            "event_name": np.array(names, dtype=object)[rows["event"].to_numpy()],
            "contact_id": rows["contact"],
            "campaign_id": np.where(
                chance(rng, 0.6, len(rows)), campaign_of(world, campaigns, came, days), NONE
            ),
            "source_channel": text(CHANNELS, came),
            "kind": text(KINDS, rows["kind"].to_numpy()),
            "registered_at": to_utc(registered),
            "confirmed_at": moments["confirmed"],
            "cancelled_at": moments["cancelled"],
            "held_on": pd.Series(held.astype("datetime64[D]")),
            "attended": rows["attended"].to_numpy().astype(bool) & (held < end_local(world)),
        }
    )


def _events(world: World) -> list[Event]:
    """A webinar every third Thursday, a seminar each month, two trade shows a year."""
    found: list[tuple[date, str, str]] = []
    first = world.start + timedelta(days=(3 - world.start.weekday()) % 7)
    ahead = world.until + timedelta(days=30)
    for number in range(world.days // 21 + 2):
        found.append((first + timedelta(days=21 * number), "webinar", WEBINARS[number % len(WEBINARS)]))
    for number in range(world.days // 30 + 1):
        found.append((first + timedelta(days=30 * number), "seminar", SEMINARS[number % len(SEMINARS)]))
    for year in range(world.start.year, world.until.year + 1):
        found += [
            (date(year, 2, 7), "trade_show", "Sprat & Sail"),
            (date(year, 9, 20), "trade_show", "Autumn Jetty"),
        ]
    rows = [row for row in sorted(found) if world.start + timedelta(days=7) <= row[0] <= ahead]
    return [(kind, f"{name} {day}", moment(day) + np.timedelta64(10 * 3600, "s")) for day, kind, name in rows]


def _seats(
    world: World, rng: np.random.Generator, people: People, numbered: tuple[int, Event]
) -> pd.DataFrame:
    """Registrations for one event: some people take two seats, some scan their badge twice, some cancel."""
    event, (kind, name, held) = numbered
    able = np.flatnonzero(people.created < held - np.timedelta64(40 * 86_400, "s"))
    chosen = rng.permutation(able)[: max(1, rng.poisson(world.count(SEATS[kind])))]
    twice = chosen[chance(rng, 0.0 if kind == "webinar" else 0.05, len(chosen))]
    contact = np.concatenate([chosen, twice])
    count = len(contact)
    registered = held - days_of(rng.uniform(1, 28, count))
    confirmed = chance(rng, 0.9, count)
    cancelled = confirmed & chance(rng, 0.07, count)
    effect = world.effects["no-show"]
    shy = effect.size if name.startswith(effect.place) else 0.0
    attended = confirmed & ~cancelled & chance(rng, ATTENDS[kind] - shy, count)
    left = registered + days_of(
        rng.uniform(0.1, 1.0, count) * (held - registered).astype(np.float64) / 86_400
    )
    return _rows(
        (event, KINDS.index(kind)), contact, registered,
        confirmed=np.where(confirmed, registered + days_of(rng.uniform(0.001, 0.5, count)), NEVER),
        cancelled=np.where(cancelled, left, NEVER),
        held=held, attended=attended,
    )  # fmt: skip


def _subscriptions(
    world: World, rng: np.random.Generator, people: People, numbered: tuple[int, str]
) -> pd.DataFrame:
    """Sign-ups to a list: each person once, some never confirm, some leave again."""
    event, kind = numbered
    wanted = min(world.count(SUBSCRIBERS[kind]), len(people.created) // 2)
    contact = rng.permutation(len(people.created))[:wanted]
    begins = np.maximum(people.created[contact], moment(world.start)) + days_of(rng.uniform(0.5, 1.5, wanted))
    span = np.maximum((end_local(world) - begins).astype(np.float64) / 86_400, 0.0)
    registered = begins + days_of(rng.random(wanted) * span)
    confirmed = chance(rng, 0.86, wanted)
    leaves = confirmed & chance(rng, 0.22, wanted)
    left = registered + days_of(1 + lognormal(rng, 240.0, 0.8, wanted))
    return _rows(
        (event, KINDS.index(kind)), contact, registered,
        confirmed=np.where(confirmed, registered + days_of(lognormal(rng, 0.03, 1.0, wanted)), NEVER),
        cancelled=np.where(leaves, left, NEVER),
        held=NEVER, attended=np.zeros(wanted, bool),
    )  # fmt: skip


def _rows(place: tuple[int, int], contact: Ints, registered: object, **columns: object) -> pd.DataFrame:
    event, kind = place
    return pd.DataFrame(
        {"event": event, "kind": kind, "contact": contact, "registered": registered} | columns
    )


def consents_frame(world: World, people: People, outreach: Outreach) -> pd.DataFrame:
    """The table consents: mail for the newsletter, telephone for offers; who unsubscribes withdraws."""
    rng = world.rng("consents")
    everyone = np.arange(len(people.customer))
    mail = everyone[people.mailable]
    phone = everyone[chance(rng, 0.45, len(everyone))]
    pending = everyone[~people.mailable & chance(rng, 0.3, len(everyone))]
    left: Times = np.full(len(everyone), NEVER)
    leaving = np.flatnonzero(outreach.leaves)
    left[outreach.contact[leaving]] = outreach.addressed[leaving] + days_of(_delays(rng, len(leaving)))
    left = known(world, left)
    gone = mail[~np.isnat(left[mail])]
    contact = np.concatenate([mail, phone, pending, gone])
    kind = np.repeat(np.arange(4), (len(mail), len(phone), len(pending), len(gone)))
    begins = np.where(kind == 3, left[contact], people.created[contact] + np.timedelta64(3600, "s"))
    ends = np.where(kind == 0, left[contact], NEVER)
    order = np.lexsort((begins, kind == 1, contact))
    return pd.DataFrame(
        {
            "contact_id": contact,
            "channel": text(("email", "telephone"), (kind == 1).astype(np.int64)),
            "purpose": text(("newsletter", "offers"), (kind == 1).astype(np.int64)),
            "status": text(("granted", "pending", "withdrawn"), np.array((0, 0, 1, 2))[kind]),
            "valid_from": to_utc(begins),
            "valid_to": to_utc(ends),
        }
    ).iloc[order].reset_index(drop=True)  # fmt: skip


def _delays(rng: np.random.Generator, count: int) -> Floats:
    return 0.2 + rng.uniform(0, 2.5, count)
