"""A small workspace: a shop's orders in a DuckDB file, one weekly report, two readers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from broadsheet.clock import FixedClock
from broadsheet.definitions.models.reports import FileKind
from broadsheet.definitions.workspace import load_workspace
from broadsheet.press import run
from broadsheet.press.job import Gathered
from broadsheet.press.order import Order
from broadsheet.press.press import Press

SUNDAY = datetime(2026, 6, 14, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 6, 15, 6, 0, tzinfo=UTC)
"""An hour after the edition of the week before, 2026-W24, is due: 07:00 in Berlin."""

SETTINGS = "version: 1\ncompany: Example Tackle\ncalendar: {timezone: Europe/Berlin}\n"

FILES = {
    "config/settings.yaml": SETTINGS,
    "config/sources.yaml": """
connections:
  warehouse: {url: "duckdb:///shop.duckdb", wait: 0}
facts:
  orders:
    table: orders
    key: order_no
    clock: ordered_at
    columns: {ordered_at: time, amount: money, channel: text}
""",
    "config/dimensions.yaml": "dimensions:\n  channel: {label: Channel, via: {orders: channel}}\n",
    "config/kpis/sales.yaml": """
kpis:
  orders: {label: Orders, meaning: Orders of the period., count: orders}
  revenue: {label: Revenue, meaning: Money ordered in the period., sum: orders.amount}
""",
    "config/audiences.yaml": """
audiences:
  sales: {label: Sales, recipients: [Ada Example <ada@example.test>, bo@example.test]}
  board: {label: Board, recipients: [cy@example.test], locale: de}
""",
    "config/themes/default.yaml": "{}\n",
}


def report(title: str = "Orders", **changes: str) -> str:
    """The YAML of a report; `changes` replace or add keys."""
    keys = {
        "title": title,
        "question": "What do customers order?",
        "audience": "sales",
        "period": "week",
        "schedule": '{every: week, days: [mon], at: "07:00"}',
        "blocks": "[{kpis: [orders, revenue]}, {table: {rows: channel, kpis: [orders, revenue]}}]",
    }
    return "".join(f"{key}: {value}\n" for key, value in {**keys, **changes}.items())


@dataclass(frozen=True)
class House:
    """The workspace's folder with a clock that the test moves."""

    root: Path
    clock: FixedClock

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def warehouse(self) -> Path:
        return self.root / "shop.duckdb"

    @property
    def outbox(self) -> list[str]:
        return sorted(path.name for path in (self.var / "outbox").glob("*"))

    def write(self, name: str, text: str) -> None:
        """Write a file of the workspace."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    @contextmanager
    def press(self, environ: Mapping[str, str] | None = None) -> Iterator[Press]:
        """A press over the definitions as they are now."""
        press = Press(load_workspace(self.root), self.clock, environ or {}, self.var)
        try:
            yield press
        finally:
            press.close()

    def command(self, *arguments: str) -> list[str]:
        """The words that start the program in a process of its own."""
        return [sys.executable, "-m", "broadsheet", "-C", str(self.root), *arguments]

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """The program in a process of its own."""
        return subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, **environ},
        )


def build(root: Path) -> House:
    """Write the workspace to a folder; its orders reach from January 2025 to July 2026."""
    house = House(root, FixedClock(SUNDAY))
    for name, text in FILES.items():
        house.write(name, text)
    house.write("reports/orders.yaml", report())
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute(
            "CREATE TABLE orders AS SELECT range AS order_no, TIMESTAMP '2025-01-01' + INTERVAL (range * 7) HOUR"
            " AS ordered_at, CAST(range % 90 + 10 AS DECIMAL(18, 2)) AS amount,"
            " CASE WHEN range % 3 = 0 THEN 'Shop' ELSE 'Web' END AS channel FROM range(1900)"
        )
    return house


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Another process writes to the DuckDB file for the length of the block."""
    code = (
        "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        try:
            yield
        finally:
            other.communicate("")


@dataclass(frozen=True)
class Poisoned(Mapping[str, str]):
    """Templates that harm the process which renders with them, as a fault of a native library would."""

    harm: str

    def __getitem__(self, name: str) -> str:
        return ""

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def get(self, name: str, default: object = None) -> Any:
        """Called by the first template that is asked for."""
        match self.harm:
            case "hang":
                while True:
                    pass
            case "memory":
                hoard = [bytearray(1 << 20) for _ in iter(int, 1)]
                return str(len(hoard))
            case "segfault":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)
        return ""


def poison(monkeypatch: pytest.MonkeyPatch, **harms: str) -> None:
    """Let reports harm the processes that render them: `hanging="hang"` poisons the report of that name."""
    gather = run.gather

    def gathered(press: Press, order: Order, also: tuple[FileKind, ...] = ()) -> Gathered:
        sound = gather(press, order, also)
        harm = harms.get(order.edition.report)
        job = replace(sound.job, templates=Poisoned(harm)) if harm else sound.job
        return replace(sound, job=job)

    monkeypatch.setattr(run, "gather", gathered)
