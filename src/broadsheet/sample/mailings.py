"""Mail events: what became of every mail of the e-mail campaigns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from broadsheet.sample.draws import NONE, chance, lognormal, pick, text
from broadsheet.sample.moments import (
    Bools,
    Ints,
    Times,
    days_of,
    end_local,
    moment,
    seconds,
    to_utc,
)
from broadsheet.sample.outreach import Outreach, People
from broadsheet.sample.profiles import LIST_SOURCES
from broadsheet.sample.world import World

SENT, DELIVERED, HARD, SOFT, OPEN, CLICK, UNSUBSCRIBE, SPAM = range(8)
EVENTS = ("sent", "delivered", "hard", "soft", "open", "click", "unsubscribe", "spam")
LINKS = ("/boats", "/tackle", "/sale", "/guides/knots", "/events", "/unsubscribe")
LEAVE = LINKS.index("/unsubscribe")
MAILS = 2
"""Mails per campaign: the first opens it, the others follow four weeks apart."""
OPENS = 0.34
CLICKS = 0.22


@dataclass(frozen=True)
class _Mails:
    """One mail to one person: message, contact, moment, last state, and what the person is to do with it."""

    message: Ints
    contact: Ints
    sent: Times
    state: Ints
    answered: Times
    leaves: Bools


def events_frame(world: World, outreach: Outreach, people: People, campaigns: pd.DataFrame) -> pd.DataFrame:
    """The table email_events, in order of time."""
    rng = world.rng("email_events")
    mails = _mails(world, rng, outreach, campaigns)
    parts = [*_transport(rng, mails), *_readers(world, rng, mails, people), *_machines(rng, mails)]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["ts"] < end_local(world)].sort_values("ts", kind="stable", ignore_index=True)
    mail = rows["mail"].to_numpy()
    return pd.DataFrame(
        {
            "event_id": np.arange(len(rows)),
            "message_id": mails.message[mail],
            "campaign_id": mails.message[mail] // MAILS,
            "contact_id": mails.contact[mail],
            "event": text(EVENTS, rows["event"].to_numpy()),
            "link": text(LINKS, rows["link"].to_numpy()),
            "ts": to_utc(rows["ts"].to_numpy()),
            "is_machine": rows["machine"],
        }
    )


def _mails(world: World, rng: np.random.Generator, outreach: Outreach, campaigns: pd.DataFrame) -> _Mails:
    written = (campaigns["channel"] == "email").to_numpy()[outreach.campaign]
    member = np.flatnonzero(written & ~np.isnat(outreach.addressed))
    turn = np.repeat(np.arange(MAILS), len(member))
    member = np.tile(member, MAILS)
    sent = (
        outreach.addressed[member]
        + days_of(turn.astype(np.float64) * 28)
        + seconds(rng.uniform(0, 1800, len(member)))
    )
    # Who unsubscribed with the first mail gets no second one.
    kept = (sent < end_local(world) - np.timedelta64(86_400, "s")) & ~(outreach.leaves[member] & (turn > 0))
    member, turn, sent = member[kept], turn[kept], sent[kept]
    opening = turn == 0
    answered = np.where(opening, outreach.responded[member], np.datetime64("NaT", "s"))
    engaged = ~np.isnat(answered) | outreach.leaves[member]
    fate = np.array((DELIVERED, HARD, SOFT))[pick(rng, (0.955, 0.015, 0.03), len(member))]
    return _Mails(
        outreach.campaign[member] * MAILS + turn,
        outreach.contact[member],
        sent,
        np.where(engaged, DELIVERED, fate),
        answered,
        outreach.leaves[member],
    )


def _rows(
    mail: Ints, event: int, when: Times, link: Ints | int = NONE, machine: bool = False
) -> pd.DataFrame:
    return pd.DataFrame({"mail": mail, "event": event, "ts": when, "link": link, "machine": machine})


def _transport(rng: np.random.Generator, mails: _Mails) -> list[pd.DataFrame]:
    """Sending, bounces, retries after a soft bounce, and bounces that come after the delivery."""
    count = len(mails.sent)
    every = np.arange(count)
    delivered = np.flatnonzero(mails.state == DELIVERED)
    retried = delivered[chance(rng, 0.03, len(delivered))]
    wait = np.zeros(count)
    wait[retried] = rng.uniform(600, 7200, len(retried))
    arrived = mails.sent + seconds(20 + wait)
    idle = delivered[np.isnat(mails.answered[delivered]) & ~mails.leaves[delivered]]
    late = idle[chance(rng, 0.004, len(idle))]
    hard, soft = (np.flatnonzero(mails.state == state) for state in (HARD, SOFT))
    return [
        _rows(every, SENT, mails.sent),
        _rows(retried, SOFT, mails.sent[retried] + seconds(np.full(len(retried), 15))),
        _rows(retried, SENT, arrived[retried] - seconds(np.full(len(retried), 5))),
        _rows(delivered, DELIVERED, arrived[delivered]),
        _rows(late, HARD, arrived[late] + days_of(rng.uniform(0.5, 3, len(late)))),
        _rows(hard, HARD, arrived[hard]),
        _rows(soft, SOFT, arrived[soft]),
    ]


def _readers(world: World, rng: np.random.Generator, mails: _Mails, people: People) -> list[pd.DataFrame]:
    """Opens and clicks of people: who answers has read and clicked before; one list stops reading."""
    count = len(mails.sent)
    effect = world.effects["unread-list"]
    tired = (people.source[mails.contact] == LIST_SOURCES.index(effect.place)) & (
        mails.sent >= moment(effect.start)
    )
    engaged = ~np.isnat(mails.answered) | mails.leaves
    opens = chance(rng, OPENS * np.where(tired, 1 - effect.size, 1.0), count) | engaged
    opens &= mails.state == DELIVERED
    pause = 7300 + lognormal(rng, 5 * 3600.0, 1.2, count)
    limit = (np.where(np.isnat(mails.answered), mails.sent, mails.answered) - mails.sent).astype(np.float64)
    pause = np.where(np.isnat(mails.answered), pause, np.minimum(pause, limit * 0.6))
    read = mails.sent + seconds(pause)
    clicks = (opens & chance(rng, CLICKS, count)) | ~np.isnat(mails.answered)
    # Some mail programs load no pictures: a click without an open.
    blind = clicks & chance(rng, 0.05, count)
    shown = np.flatnonzero(opens & ~blind)
    again = shown[chance(rng, 0.3, len(shown))]
    clicked, left = np.flatnonzero(clicks), np.flatnonzero(mails.leaves)
    by_link = left[chance(rng, 0.6, len(left))]
    angry = np.flatnonzero((mails.state == DELIVERED) & chance(rng, 0.0015, count))
    return [
        _rows(shown, OPEN, read[shown]),
        _rows(again, OPEN, read[again] + days_of(rng.uniform(0.1, 4, len(again)))),
        _rows(clicked, CLICK, read[clicked] + seconds(rng.uniform(5, 300, len(clicked))),
              pick(rng, (0.3, 0.25, 0.25, 0.12, 0.08), len(clicked))),
        _rows(by_link, CLICK, read[by_link] + seconds(np.full(len(by_link), 30)), LEAVE),
        _rows(left, UNSUBSCRIBE, read[left] + seconds(np.full(len(left), 60))),
        _rows(angry, SPAM, read[angry]),
    ]  # fmt: skip


def _machines(rng: np.random.Generator, mails: _Mails) -> list[pd.DataFrame]:
    """Privacy proxies that open at once, and scanners that follow every link."""
    delivered = np.flatnonzero(mails.state == DELIVERED)
    proxied = delivered[chance(rng, 0.07, len(delivered))]
    scanned = np.repeat(delivered[chance(rng, 0.02, len(delivered))], LEAVE)
    link = np.arange(len(scanned)) % LEAVE
    return [
        _rows(proxied, OPEN, mails.sent[proxied] + seconds(np.full(len(proxied), 7_230)), NONE, True),
        _rows(scanned, CLICK, mails.sent[scanned] + seconds(7_240 + link), link, True),
    ]
