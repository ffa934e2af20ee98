"""What the archive need not keep is removed, and never anything that a kept edition uses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.archive.manifest import Manifest, get_manifest, put_manifest
from broadsheet.archive.store import Archive
from broadsheet.clock import FixedClock
from broadsheet.definitions.models.archive import Retention
from broadsheet.definitions.steps import Length
from broadsheet.errors import StorageError
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import EditionKey, EditionRecord, NewDelivery
from broadsheet.metrics.readings import before
from broadsheet.periods import Calendar
from broadsheet.press import again, run
from broadsheet.press.demand import Wish, order_for, send_orders
from broadsheet.press.editions import manifest_of, named_edition
from broadsheet.press.press import Press
from broadsheet.press.retention import Pruned, prune, prune_daily
from press.workspace import MONDAY, SETTINGS, House
from support.inline import InlinePool

POLICY = SETTINGS + "archive: {keep: 2 months, at_least: 1}\n"


def age(folder: Path) -> None:
    """All that lies in the archive has lain there for a day."""
    for path in folder.rglob("*"):
        if path.is_file():
            stat = path.stat()
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns - 86_400 * 10**9))


@pytest.fixture
def shop(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house with two sent editions, three months apart, all of whose files have lain there for a while."""
    monkeypatch.setattr(run, "Pool", InlinePool)
    monkeypatch.setattr(again, "Pool", InlinePool)
    house.write("config/settings.yaml", POLICY)
    house.clock.at = MONDAY
    for week, month in (("2026-W10", 3), ("2026-W24", 6)):
        house.clock.at = MONDAY.replace(month=month)
        with house.press() as press:
            list(send_orders(press, [order_for(press, Wish("orders", week))]))
    age(house.var / "archive")
    return house


def objects(house: House) -> set[str]:
    return {path.name for path in (house.var / "archive").rglob("*") if path.is_file()}


def test_fault_l06_what_the_policy_removed_is_told_as_gone(shop: House) -> None:
    lay = objects(shop)
    with shop.press() as press:
        old, young = named_edition(press, "orders/2026-W10"), named_edition(press, "orders/2026-W24")
        kept = set(manifest_of(press, young).files.values())
        counted = prune(press, trial=True)
        assert objects(shop) == lay
        done = prune(press)
        assert (done, done.editions, done.kept) == (counted, 1, 1)
        assert len(lay) - len(objects(shop)) == done.files > 5
        assert kept <= objects(shop)
        assert again.redraw(press, young).different == ()
        with pytest.raises(StorageError, match="is gone: it left the archive on 2026-06-15") as gone:
            manifest_of(press, named_edition(press, "orders/2026-W10"))
        assert "broadsheet run orders --period 2026-W10" in gone.value.remedy
        assert press.ledger.history.events(old)[-1].what == "left the archive"
        assert [item.state for item in press.ledger.deliveries.of(old)] == ["sent", "sent"]
        assert prune(press) == Pruned(0, 0, 0, 1)


def test_what_was_just_stored_is_left_alone(shop: House) -> None:
    with shop.press() as press:
        # A press that draws the same page now has not entered its edition yet.
        old = manifest_of(press, named_edition(press, "orders/2026-W10")).files["pdf"]
        assert press.archive.put(press.archive.get(old)) == old
        fresh = press.archive.put(b"stored a moment ago")
        prune(press)
        assert press.archive.has(old)
        assert press.archive.has(fresh)


def test_messages_may_leave_earlier(shop: House) -> None:
    shop.write("config/settings.yaml", SETTINGS + "archive: {messages: 2 months}\n")
    with shop.press() as press:
        assert prune(press).editions == 0
        old, young = named_edition(press, "orders/2026-W10"), named_edition(press, "orders/2026-W24")
        assert not any(press.archive.has(item.message) for item in press.ledger.deliveries.of(old))
        assert all(press.archive.has(item.message) for item in press.ledger.deliveries.of(young))
        assert again.redraw(press, old).different == ()


def test_without_its_list_of_files_nothing_is_removed(shop: House) -> None:
    with shop.press() as press:
        digest = str(named_edition(press, "orders/2026-W24").manifest)
        (shop.var / "archive" / digest[:2] / digest).write_bytes(b"torn")
        lay = objects(shop)
        with pytest.raises(StorageError, match="nothing is removed"):
            prune(press)
        assert objects(shop) == lay


def test_once_a_day_and_only_where_something_is_not_kept(shop: House) -> None:
    with shop.press() as press:
        assert prune_daily(press) is not None
        assert prune_daily(press) is None
        shop.clock.at += timedelta(days=1)
        assert prune_daily(press) is not None
    shop.write("config/settings.yaml", SETTINGS)
    shop.clock.at += timedelta(days=1)
    with shop.press() as press:
        assert prune_daily(press) is None


DYING = """
import os, sys
from pathlib import Path
from broadsheet import failpoints
from broadsheet.press.retention import prune
from press.workspace import MONDAY, FixedClock, House

failpoints.reached = lambda step: os._exit(9) if step == sys.argv[2] else None
with House(Path(sys.argv[1]), FixedClock(MONDAY)).press() as press:
    prune(press)
"""


@pytest.mark.faults
@pytest.mark.parametrize("step", ["archive.before-remove", "archive.after-remove"])
def test_who_dies_while_removing_leaves_files_that_the_next_one_removes(shop: House, step: str) -> None:
    died = subprocess.run(
        [sys.executable, "-c", DYING, str(shop.root), step], env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert died.returncode == 9
    with shop.press() as press:
        assert named_edition(press, "orders/2026-W10").gone_at is not None
        done = prune(press)
        assert (done.editions, done.kept, done.files > 5) == (0, 1, True)
        assert again.redraw(press, named_edition(press, "orders/2026-W24")).different == ()
        assert prune(press).files == 0


@dataclass
class Bench:
    """A ledger and an archive of made-up editions, with the little of a press that pruning looks at."""

    archive: Archive
    ledger: Ledger
    clock: FixedClock
    settings: object
    calendar: Calendar

    def make(self, report: str, files: set[int], *, unsent: bool) -> None:
        """An edition that consists of some of the objects that editions share."""
        number = len(self.ledger.history.of_period(report, "2026-W01")) + 1
        key = EditionKey(report, "2026-W01", "sales", "all", "en", number)
        stored = {f"file{each}": self.archive.put(b"object %d" % each) for each in sorted(files)}
        manifest = Manifest(asdict(key), {}, "", "", "", {}, "", 1, stored)
        digest = put_manifest(self.archive, manifest)
        record = self.ledger.editions.want(key, as_of=self.clock.at)
        claimed = self.ledger.editions.begin(record, trigger="demand")
        assert claimed is not None
        message = self.archive.put(f"message {key}".encode())
        letter = NewDelivery("outbox", "ada@example.test", f"<{key}@x>", message)
        done = self.ledger.editions.ready(
            claimed, manifest=digest, pages=1, definition="", deliveries=[letter] if unsent else []
        )
        assert done


@contextmanager
def bench(retention: Retention) -> Iterator[Bench]:
    @dataclass
    class Settings:
        archive: Retention

    with TemporaryDirectory() as folder:
        clock = FixedClock(datetime(2026, 1, 5, tzinfo=UTC))
        ledger = Ledger.open(Path(folder, "ledger.sqlite"), clock)
        try:
            yield Bench(Archive(Path(folder, "archive")), ledger, clock, Settings(retention), Calendar())
        finally:
            ledger.close()


EDITIONS = st.tuples(
    st.sampled_from(["a", "b", "c"]),
    st.sets(st.integers(0, 8), min_size=1, max_size=4),
    st.booleans(),
    st.integers(0, 40),
)


@pytest.mark.faults
@settings(max_examples=12, deadline=None)
@given(rounds=st.lists(st.lists(EDITIONS, max_size=5), min_size=1, max_size=4), at_least=st.integers(1, 3))
def test_pruning_never_removes_what_a_kept_edition_uses(
    rounds: list[list[tuple[str, set[int], bool, int]]], at_least: int
) -> None:
    retention = Retention(keep="1 month", at_least=at_least)  # type: ignore[arg-type]
    with bench(retention) as it:
        press: Press = it  # type: ignore[assignment]
        for editions in rounds:
            for report, files, unsent, days in editions:
                it.make(report, files, unsent=unsent)
                it.clock.at += timedelta(days=days)
            there = [record for record in editions_of(it) if record.gone_at is None]
            age(it.archive._folder)
            prune(press)
            gone = {record.id for record in editions_of(it) if record.gone_at is not None}
            cutoff = it.calendar.instant(before(it.clock.at.date(), Length(1, "month")))
            kept = [record for record in there if record.id not in gone]
            assert kept == [record for record in there if stays(it, record, there, at_least, cutoff)]
            used: set[str] = set()
            for record in kept:
                files = get_manifest(it.archive, str(record.manifest)).files.values()
                messages = [letter.message for letter in it.ledger.deliveries.of(record)]
                assert all(it.archive.has(digest) for digest in (*files, *messages))
                used |= {str(record.manifest), *files, *messages}
            assert {path.name for path in it.archive._folder.rglob("*") if path.is_file()} == used


def editions_of(it: Bench) -> list[EditionRecord]:
    return [record for report in "abc" for record in it.ledger.history.of_period(report, "2026-W01")]


def stays(
    it: Bench, record: EditionRecord, there: list[EditionRecord], at_least: int, cutoff: datetime
) -> bool:
    """Young, among the newest of its report, or with a letter that has not left yet."""
    same = [other.id for other in there if other.key.report == record.key.report]
    young = record.finished_at is not None and record.finished_at >= cutoff
    return young or record.id in same[-at_least:] or bool(it.ledger.deliveries.of(record))
