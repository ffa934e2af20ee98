"""F3: random stories of two presses, bad weather and people, each step of them compared with a model."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from broadsheet.press.demand import Wish, order_for, send_orders
from broadsheet.press.holds import release
from soak.machine import ADDRESSES, MOODS, World, death, template, world
from soak.staged import Life, Stage, memory_folder, staged
from support.smtp import MailServer, mail_server

STARTS = tuple(
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in ("2026-03-27T12:00", "2026-10-23T12:00", "2026-06-12T12:00", "2026-12-30T12:00")
)
"""Before the clocks go forward, before they go back, on a Friday, before the turn of the year."""

WHO = st.sampled_from(["A", "B"])
AFTER = st.sampled_from([0, 3, 240, 1440])
"""Minutes that pass before a press wakes."""
STEP = st.integers(1, 100)
REPORT = st.sampled_from(["early", "late", "weekly"])
EXAMPLES, STEPS = 2000, 60


@dataclass
class Theater:
    """What all stories share."""

    folder: Path
    source: Path
    stage: Stage
    server: MailServer
    numbers: Iterator[int] = field(default_factory=count)
    steps: int = 0
    kills: int = 0
    messages: int = 0


@contextmanager
def theater() -> Iterator[Theater]:
    """One mail server and one empty ledger for all stories."""
    with memory_folder() as folder, mail_server(folder) as server, staged() as stage:
        yield Theater(folder, template(folder / "source", server), stage, server)


class Story(RuleBasedStateMachine):
    """Things that happen, in any order."""

    theater: Theater

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: datetime) -> None:
        shared = self.theater
        shared.stage.__init__()  # type: ignore[misc]
        place = shared.folder / f"story{next(shared.numbers)}"
        self.world: World = world(shared.source, place, shared.stage, shared.server, start, posted=True)

    # Time

    @rule()
    def days_pass(self) -> None:
        self.world.clock.sleep(timedelta(days=4).total_seconds())

    @rule()
    def the_clock_is_put_back(self) -> None:
        self.world.clock.sleep(-300)

    # Presses

    @rule(who=WHO, after=AFTER)
    def ticks(self, who: str, after: int) -> None:
        self.world.clock.sleep(after * 60)
        self.world.live(who, Life())

    @rule(who=WHO, after=AFTER, step=STEP)
    def dies(self, who: str, after: int, step: int) -> None:
        self.world.clock.sleep(after * 60)
        life = Life({step: death})
        self.world.live(who, life)
        self.theater.kills += life.dead

    @rule(who=WHO, after=AFTER, step=STEP, rest=st.sampled_from([0, 1, 3, 30, 300]))
    def stands_still_while_the_other_one_works(self, who: str, after: int, step: int, rest: int) -> None:
        other = "A" if who == "B" else "B"
        self.world.clock.sleep(after * 60)
        self.world.live(who, Life({step: self.world.asleep(other, timedelta(minutes=rest))}))

    @rule(who=WHO)
    def ticks_because_somebody_says_that_the_clock_is_right(self, who: str) -> None:
        self.world.live(who, Life(), cap=None)

    @rule(who=WHO)
    def stops(self, who: str) -> None:
        self.world.stop(who)

    # People

    @rule(name=REPORT, reader=st.sampled_from(ADDRESSES))
    def a_reader_comes_or_goes(self, name: str, reader: str) -> None:
        plan = self.world.plans[name]
        readers = tuple(each for each in ADDRESSES if (each in plan.readers) != (each == reader))
        self.world.change(name, replace(plan, readers=readers or ADDRESSES))

    @rule(name=REPORT, state=st.sampled_from(["there", "broken", "gone"]))
    def a_report_is_written(self, name: str, state: str) -> None:
        self.world.change(name, replace(self.world.plans[name], state=state))

    @rule(who=WHO, choice=st.integers(0, 50))
    def somebody_asks_for_an_edition_again(self, who: str, choice: int) -> None:
        record = self._pick("revision = 1", choice)
        if record is None or self.world.plans[record[0]].state != "there":
            return
        self.world.asked.add((*record, 1))
        press = self.world.opened(who)
        wish = Wish(record[0], period=record[1])
        list(send_orders(press, [order_for(press, wish)]))

    @rule(who=WHO, choice=st.integers(0, 50))
    def somebody_wants_a_new_revision(self, who: str, choice: int) -> None:
        record = self._pick("revision = 1 AND state = 'ready'", choice)
        if record is None:
            return
        press = self.world.opened(who)
        known = order_for(press, Wish(record[0], period=record[1])) if self._there(record[0]) else None
        if known is not None:
            press.ledger.editions.want(replace(known.key, revision=2), as_of=known.as_of)
            self.world.asked.add((*record, 2))
            self.world.wanted.add(record)

    @rule(who=WHO, send=st.booleans())
    def somebody_decides(self, who: str, send: bool) -> None:
        press = self.world.opened(who)
        for record in press.ledger.editions.held()[:1]:
            if send and self._there(record.key.report):
                release(press, record, "Ada")
            elif not send:
                press.ledger.editions.drop(record, "not wanted", "Ada")

    # Weather

    @rule(mood=st.sampled_from(["", "", *MOODS]))
    def the_mail_server_changes_its_mood(self, mood: str) -> None:
        self.world.mood = mood
        self.world.moods.add(mood)

    @rule(answers=st.booleans())
    def the_source(self, answers: bool) -> None:
        self.theater.stage.source = answers

    @rule(doubts=st.booleans())
    def the_gate(self, doubts: bool) -> None:
        self.theater.stage.doubts = doubts

    @rule(name=REPORT, harmful=st.booleans())
    def pages_kill(self, name: str, harmful: bool) -> None:
        self.theater.stage.poison = frozenset({name} if harmful else ())

    @invariant()
    def all_is_as_it_must_be(self) -> None:
        if hasattr(self, "world"):
            self.theater.steps += 1
            self.world.check()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.healed()
            self.theater.messages += len(self.theater.server.mails)
            for who in self.world.actors:
                self.world.stop(who)

    def _there(self, name: str) -> bool:
        return self.world.plans[name].state == "there"

    def _pick(self, where: str, choice: int) -> tuple[str, str] | None:
        rows = self.world.rows(f"SELECT report, period FROM edition WHERE {where} ORDER BY id")
        return (str((row := rows[choice % len(rows)])[0]), str(row[1])) if rows else None


def play(examples: int, steps: int, *, seed: bool = False) -> Theater:
    """So many stories of so many steps; AssertionError, with the shortest that shows it, where one goes wrong."""
    with theater() as shared:
        machine = type("Story", (Story,), {"theater": shared})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                derandomize=not seed,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        return shared


def main(scale: float = 1.0) -> str:
    """Tell stories."""
    shared = play(max(5, round(EXAMPLES * scale)), STEPS, seed=True)
    return (
        f"{shared.steps} steps, {shared.kills} deaths, {shared.messages} messages: every edition as the model says, "
        "nothing left open, nothing altered"
    )


if __name__ == "__main__":
    print(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
