"""How the ledger stands: the same figures as by counting everything, without reading everything."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

from sqlalchemy import create_engine, event, insert

from broadsheet.clock import FixedClock
from broadsheet.ledger.ledger import Ledger
from broadsheet.ledger.records import DeliveryState, EditionState
from broadsheet.ledger.tables import delivery, edition, run
from ledger.conftest import MONDAY
from support.ledgers import Place


@dataclass
class Rows:
    """What a ledger is filled with."""

    editions: list[dict[str, Any]] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)

    def add(self, number: int, chance: random.Random) -> None:
        """An edition with a letter and a run, each in some state."""
        at, state = MONDAY - timedelta(hours=number), chance.choice
        key = {"period": str(number), "audience": "a", "slice": "all", "locale": "en", "revision": 1}
        times = dict.fromkeys(("due_at", "as_of", "next_at", "created_at", "finished_at"), at)
        made = state((*get_args(EditionState), *["ready"] * 20))
        self.editions.append(
            {"id": number, "report": f"report-{state(range(7))}", "state": made, **key, **times}
        )
        sent = {
            "state": state((*get_args(DeliveryState), *["sent"] * 20)),
            "uncertainties": state((0, 0, 1, 2)),
        }
        letter = {"channel": "smtp", "recipient": "ada@example.test", "message_id": f"<{number}>"}
        self.letters.append(
            {"edition_id": number, "message": "0", "next_at": at, "queued_at": at, **letter, **sent}
        )
        outcome = state(("ready", "ready", "interrupted"))
        self.runs.append(
            {"edition_id": number, "token": 1, "trigger": "x", "started_at": at, "outcome": outcome}
        )


def filled(place: Place, count: int = 400) -> Rows:
    """Fill a ledger past its verbs."""
    chance, rows = random.Random(3), Rows()
    for number in range(1, count + 1):
        rows.add(number, chance)
    server = place.server and place.server.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(server or f"sqlite:///{place.file}")
    with engine.begin() as connection:
        for table, some in ((edition, rows.editions), (delivery, rows.letters), (run, rows.runs)):
            connection.execute(insert(table), some)
    engine.dispose()
    return rows


def test_the_figures_are_those_of_counting_everything(place: Place, ledger: Ledger) -> None:
    rows = filled(place)
    found = ledger.figures.standing()
    assert found.editions == Counter(each["state"] for each in rows.editions)
    assert found.deliveries == Counter(each["state"] for each in rows.letters)
    assert found.uncertain == sum(each["uncertainties"] for each in rows.letters)
    assert found.lost == sum(each["outcome"] == "interrupted" for each in rows.runs)
    latest: dict[str, datetime] = {}
    for each in rows.editions:
        if each["state"] == "ready":
            latest[each["report"]] = max(each["finished_at"], latest.get(each["report"], each["finished_at"]))
    assert found.succeeded == {report: at.timestamp() for report, at in latest.items()}


def test_no_figure_reads_a_table_from_end_to_end(tmp_path: Path) -> None:
    place, asked = Place(tmp_path / "ledger.sqlite", FixedClock(MONDAY)), list[tuple[str, Any]]()
    with place.ledger() as ledger:
        filled(place)
        engine = ledger._engine
        event.listen(engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
        ledger.figures.standing()
    connection = sqlite3.connect(place.file)
    plans = [
        str(step[3])
        for sql, values in asked
        if sql.lstrip().startswith(("SELECT", "WITH"))
        for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)
    ]
    connection.close()
    assert len(plans) > 10
    read = [plan for plan in plans if plan.startswith(("SCAN edition", "SCAN delivery", "SCAN run"))]
    assert all("COVERING INDEX" in plan for plan in read), read
