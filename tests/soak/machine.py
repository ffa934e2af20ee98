"""Two presses share a ledger while everything around them goes wrong; a model tells which editions there must be.

The model is no part of the product: it reckons local days and due times by itself. After every step the ledger, the
archive and the receiver's mail must agree with it; in the end, when all is well again, nothing may be left open.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from broadsheet.archive.store import Archive
from broadsheet.clock import FixedClock
from broadsheet.definitions.workspace import load_workspace
from broadsheet.press.planning import CAP
from broadsheet.press.press import Press
from broadsheet.press.tick import tick
from press.workspace import House, build, report
from soak.staged import Life, Stage, abandoned, death
from support.smtp import SILENCE, MailServer, Verb

ZONE = ZoneInfo("Europe/Berlin")
ADDRESSES = tuple(f"{name}@example.test" for name in ("ada", "bo", "cy"))
TERMINAL = ("ready", "failed", "skipped", "cancelled", "refused")
"""States that an edition leaves for somebody who asks only; a change of the definitions ends a quarantine, too."""
SETTLED = ("sent", "rejected", "failed", "expired", "cancelled", "blocked")
MOODS = {
    "busy": "451 4.3.0 busy",
    "closing": "421 4.3.2 closing",
    "rate": "452 4.5.3 too many messages",
    "refused": "550 5.1.1 no such user",
    "silence": SILENCE,
}


@dataclass(frozen=True)
class Plan:
    """A report as its file says: due every day, or every Monday (`weekly`), at a local time."""

    at: time
    readers: tuple[str, ...]
    weekly: bool = False
    state: str = "there"

    def slots(self, after: datetime, until: datetime) -> Iterator[tuple[str, datetime]]:
        """The periods, by label, whose editions are due after one moment and until another."""
        day = after.astimezone(ZONE).date() - timedelta(days=1)
        while day <= until.astimezone(ZONE).date() + timedelta(days=1):
            due = instant(day, self.at)
            if after < due <= until and (not self.weekly or day.weekday() == 0):
                yield self._period(day), due
            day += timedelta(days=1)

    def _period(self, day: date) -> str:
        before = day - timedelta(days=1)
        week = before.isocalendar()
        return f"{week.year}-W{week.week:02}" if self.weekly else before.isoformat()


def instant(day: date, at: time) -> datetime:
    """When a local time is: the first of two, and where it does not exist, the moment after the gap."""
    local = datetime.combine(day, at, ZONE)
    moment = local.astimezone(UTC)
    while moment.astimezone(ZONE).replace(tzinfo=None) > local.replace(tzinfo=None):
        earlier = moment - timedelta(minutes=1)
        if earlier.astimezone(ZONE).utcoffset() != moment.astimezone(ZONE).utcoffset():
            break
        moment = earlier
    return moment


@dataclass
class Actor:
    """A process that serves: its press, and the definitions that it has read."""

    press: Press | None = None
    read: dict[str, Plan] = field(default_factory=dict)


@dataclass
class Model:
    """What there must be in the ledger (`surely`), what there may be, and which of it may be skipped."""

    horizon: dict[str, datetime] = field(default_factory=dict)
    perhaps_from: dict[str, datetime] = field(default_factory=dict)
    surely: set[tuple[str, str]] = field(default_factory=set)
    perhaps: set[tuple[str, str]] = field(default_factory=set)
    skipped: set[tuple[str, str]] = field(default_factory=set)
    loosely: set[tuple[str, str]] = field(default_factory=set)
    cancelled: set[tuple[str, str]] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    disturbed: bool = False

    def died(self, plans: dict[str, Plan], now: datetime) -> None:
        """A press died over a tick: nobody knows how far it had come, and what it has planned."""
        self.disturbed = True
        for name, plan in plans.items():
            if plan.state != "there":
                continue
            first = self.horizon.get(name)
            if first is None:
                self.perhaps_from.setdefault(name, now)
            else:
                keys = {(name, period) for period, _ in plan.slots(first, now)}
                self.perhaps |= keys
                self.loosely |= keys

    def ticked(self, plans: dict[str, Plan], now: datetime, cap: int | None) -> None:
        """A tick came to its end: all that was due is planned, unless more than `cap` of a report's periods were; of
        each report the newest is made."""
        for name, plan in plans.items():
            if plan.state == "gone":
                self.gone.add(name)
                self.cancelled |= {key for key in self.surely | self.perhaps if key[0] == name}
            if plan.state == "there":
                self._plan(name, plan, now, cap)
        self.disturbed = False

    def _plan(self, name: str, plan: Plan, now: datetime, cap: int | None) -> None:
        first = self.horizon.get(name, self.perhaps_from.get(name, now))
        keys = [(name, period) for period, _ in plan.slots(first, now)]
        unsure = name not in self.horizon or name in self.gone
        if cap is not None and len(keys) > cap:
            if unsure:
                self.perhaps.update(keys)
                self.loosely.update(keys)
            return
        self.perhaps_from.pop(name, None)
        (self.perhaps if unsure else self.surely).update(keys)
        (self.loosely if unsure or self.disturbed else self.skipped).update(keys[:-1])
        self.horizon[name] = max(now, first)
        self.gone.discard(name)


@dataclass
class World:
    """Everything that the presses meet, and the model of what they must make of it."""

    house: House
    stage: Stage
    server: MailServer
    plans: dict[str, Plan]
    posted: bool = False
    actors: dict[str, Actor] = field(default_factory=lambda: {"A": Actor(), "B": Actor()})
    model: Model = field(default_factory=Model)
    mood: str = ""
    moods: set[str] = field(default_factory=set)
    interruptions: int = 0
    states: dict[tuple[str, str, int], str] = field(default_factory=dict)
    settled: dict[int, str] = field(default_factory=dict)
    asked: set[tuple[str, str, int]] = field(default_factory=set)
    wanted: set[tuple[str, str]] = field(default_factory=set)
    read_mails: int = 0

    @property
    def clock(self) -> FixedClock:
        return self.house.clock

    # What somebody does to the workspace.

    def change(self, name: str, plan: Plan) -> None:
        """Write a report and its readers as they are from now on."""
        self.plans[name] = plan
        file = self.house.root / "reports" / f"{name}.yaml"
        days = "every: week, days: [mon]" if plan.weekly else "every: day"
        text = report(
            audience=name,
            period="week" if plan.weekly else "day",
            schedule=f'{{{days}, at: "{plan.at:%H:%M}"}}',
            blocks="[{kpis: [orders]}]",
        )
        if plan.state == "gone":
            file.unlink(missing_ok=True)
        else:
            self.house.write(f"reports/{name}.yaml", text if plan.state == "there" else f"{text}titel: x\n")
        channels = "[{folder: share}]" if self.posted else "[]"
        lines = (
            f"  {key}: {{label: {key}, recipients: {list(each.readers)}, channels: {channels}}}\n"
            for key, each in self.plans.items()
        )
        self.house.write("config/audiences.yaml", "audiences:\n" + "".join(lines).replace("'", '"'))

    # What the presses do.

    def opened(self, name: str) -> Press:
        """An actor's press, over the definitions as they are now."""
        actor = self.actors[name]
        if actor.press is None or actor.read != self.plans:
            self.stop(name)
            press = Press(load_workspace(self.house.root), self.clock, {}, self.house.var)
            actor.press, actor.read = press, dict(self.plans)
        assert actor.press is not None
        return actor.press

    def stop(self, name: str) -> None:
        """End an actor in good order."""
        actor = self.actors[name]
        if actor.press is not None:
            actor.press.close()
        actor.press = None

    def live(self, name: str, life: Life, cap: int | None = CAP) -> None:
        """One tick of an actor, to its end or to its death; without a `cap` where somebody says that the clock is
        right."""
        press, now = self.opened(name), self.clock.now()
        with self.stage.lived(life):
            try:
                tick(press, cap=cap)
            except BaseException:
                if not life.dead:
                    raise
                self.interruptions += 1
                self.model.died(self.plans, now)
                abandoned(press)
                self.actors[name].press = None
            else:
                self.model.ticked(self.plans, now, cap)

    def asleep(self, other: str, rest: timedelta) -> Callable[[str], None]:
        """A fate: the process stands still for a time in which another one ticks."""

        def sleep(step: str) -> None:
            if step == "ledger.before-commit":
                return  # The lock is held: the other one would wait for it.
            self.interruptions += 1
            self.model.disturbed = True
            self.clock.sleep(rest.total_seconds())
            self.live(other, Life())

        return sleep

    def reply(self, verb: Verb, _to: str) -> str | None:
        """What the mail server says in its mood."""
        if not self.mood or (verb == "DATA") != (self.mood == "silence") or verb == "MAIL":
            return None
        if self.mood == "refused" and _to != ADDRESSES[0]:
            return None
        self.interruptions += self.mood == "silence"
        return MOODS[self.mood]

    # What must hold.

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the ledger's file, past the product."""
        connection = sqlite3.connect(self.house.var / "ledger.sqlite")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def check(self) -> None:
        """The invariants that hold at any time."""
        self._editions()
        self._deliveries()
        self._mails()

    def _editions(self) -> None:
        states = {
            (str(report), str(period), int(str(revision))): str(state)
            for report, period, revision, state in self.rows(
                "SELECT report, period, revision, state FROM edition"
            )
        }
        for key, before in self.states.items():
            assert key in states, f"{key} has vanished"
            if before in TERMINAL and states[key] != before:
                assert key in self.asked, f"{key} was {before} and is {states[key]}"
        failed = [key for key, state in states.items() if state in ("failed", "refused")]
        assert not failed, f"given up for nothing: {failed}"
        first = {key[:2] for key in states if key[2] == 1}
        model = self.model
        if not model.disturbed:
            missing = model.surely - first
            assert not missing, f"never planned: {missing}"
            assert not first - model.surely - model.perhaps, (
                f"planned: {first - model.surely - model.perhaps}"
            )
            self._skipped(states)
        self.states = states

    def _skipped(self, states: dict[tuple[str, str, int], str]) -> None:
        model = self.model
        asked = {key[:2] for key in self.asked}
        skipped = {key[:2] for key, state in states.items() if state == "skipped"}
        assert not skipped - model.skipped - model.loosely, (
            f"skipped: {skipped - model.skipped - model.loosely}"
        )
        made = model.skipped - skipped - asked - model.loosely - model.perhaps - model.cancelled
        assert not made, f"not skipped: {made}"

    def _deliveries(self) -> None:
        rows = self.rows(
            "SELECT d.id, d.state, e.state, e.silent FROM delivery d JOIN edition e ON e.id = d.edition_id"
        )
        for number, state, edition, silent in rows:
            before = self.settled.get(int(str(number)))
            assert before is None or before == state, f"delivery {number} was {before} and is {state}"
            assert edition == "ready", f"a letter of an edition that is {edition}"
            assert not silent, "a letter of what was made for the archive alone"
            if state in SETTLED:
                self.settled[int(str(number))] = str(state)
        twice = self.rows(
            "SELECT delivery_id FROM event WHERE what = 'sent' GROUP BY delivery_id HAVING count(*) > 1"
        )
        assert not twice, f"settled twice: {twice}"
        twice = self.rows(
            "SELECT edition_id FROM run WHERE outcome = 'ready' GROUP BY edition_id HAVING count(*) > 1"
        )
        assert not twice, f"made twice: {twice}"

    def _mails(self) -> None:
        """Each message accepted has its delivery; repeated ones are equal, and no more than there were reasons."""
        known = {
            str(identity): (str(recipient), str(digest))
            for identity, recipient, digest in self.rows(
                "SELECT message_id, recipient, message FROM delivery"
            )
        }
        archive, copies = Archive(self.house.var / "archive"), Counter[str]()
        for mail in self.server.mails:
            identity = str(mail.message["Message-ID"])
            copies[identity] += 1
            assert identity in known, f"nobody queued {identity}"
            recipient, digest = known[identity]
            assert mail.recipients == (recipient,), f"{identity} to {mail.recipients}"
            assert mail.content == archive.get(digest), f"{identity} was altered"
        for mail in self.server.mails[self.read_mails :]:
            # Between two looks no definition changes while a press is awake.
            name = str(mail.message["X-Broadsheet-Edition"]).partition(" ")[0]
            assert self.plans[name].state != "gone", f"a letter of {name}, which is gone"
            assert set(mail.recipients) <= set(self.plans[name].readers), f"{name} to {mail.recipients}"
        self.read_mails = len(self.server.mails)
        repeated = copies.total() - len(copies)
        assert repeated <= self.interruptions, f"{repeated} repeated, {self.interruptions} interruptions"
        mailed = "SELECT message_id FROM delivery WHERE state = 'sent' AND channel = 'smtp'"
        sent = {str(row[0]) for row in self.rows(mailed)}
        assert sent <= set(copies), f"sent, but not received: {sent - set(copies)}"

    def letters(self) -> int:
        """How many readers got their letter, once or more often."""
        return len({str(mail.message["Message-ID"]) for mail in self.server.mails})

    def healed(self) -> None:
        """All is well again, for long enough."""
        self.mood = ""
        self.stage.source, self.stage.doubts, self.stage.poison = True, False, frozenset()
        for name, plan in self.plans.items():
            self.change(name, replace(plan, state="there"))
        for _ in range(20):
            self.clock.sleep(7 * 3600)
            for name in self.actors:
                self.live(name, Life(), cap=None)
                self.check()
            if not self.open():
                break
        self.finished()

    def open(self) -> list[tuple[object, ...]]:
        """What still waits, but for people."""
        return [
            *self.rows(
                "SELECT report, period, state, next_at FROM edition WHERE state IN ('due', 'running')"
            ),
            *self.rows(
                "SELECT recipient, state, reply FROM delivery WHERE state IN ('queued', 'sending', 'uncertain')"
            ),
        ]

    def finished(self) -> None:
        """The invariants that hold in the end."""
        assert self.open() == [], f"left open: {self.open()}"
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        assert self.rows("PRAGMA foreign_key_check") == []
        assert not self.rows("SELECT id FROM run WHERE outcome = 'running'"), "a run without an end"
        archive = Archive(self.house.var / "archive")
        for (manifest,) in self.rows("SELECT manifest FROM edition WHERE state = 'ready'"):
            archive.get(str(manifest))
        if "refused" not in self.moods:
            assert "rejected" not in self.settled.values()
        for revision in self.wanted:
            ends = (
                "ready",
                "held",
                "quarantined",
                *(["cancelled"] if revision in self.model.cancelled else []),
            )
            assert self.states[(*revision, 2)] in ends, f"{revision} was wanted"


def template(root: Path, server: MailServer) -> Path:
    """A workspace with an empty ledger, to be copied."""
    house = build(root)
    (house.root / "reports/orders.yaml").unlink()
    settings = (root / "config/settings.yaml").read_text("utf-8")
    house.write(
        "config/settings.yaml",
        f"{settings}mail: {{channel: smtp, host: localhost, port: {server.port}, ca_file: '{server.ca_file}', "
        "timeout: 10, connections: 1}\n",
    )
    house.write("config/audiences.yaml", "audiences: {nobody: {label: x, recipients: [x@example.test]}}\n")
    with house.press() as press:
        press.ledger.recover()
    return root


def world(
    source: Path, root: Path, stage: Stage, server: MailServer, at: datetime, *, posted: bool = False
) -> World:
    """A new world at a moment, with three reports, of which a folder gets every edition where they are `posted`."""
    shutil.copytree(source, root)
    server.mails.clear()
    (root / "share").mkdir()
    made = World(House(root, FixedClock(at)), stage, server, {}, posted)
    server.mood = made.reply
    plans = {
        "early": Plan(time(2, 30), ADDRESSES[:2]),
        "late": Plan(time(7, 0), ADDRESSES[1:]),
        "weekly": Plan(time(7, 0), ADDRESSES, weekly=True),
    }
    for name, plan in plans.items():
        made.change(name, plan)
    made.live("A", Life())
    return made


__all__ = ["ADDRESSES", "MOODS", "Plan", "World", "death", "template", "world"]
