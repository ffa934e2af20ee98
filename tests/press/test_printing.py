"""Rendering: the same bytes wherever and however often, and one edition's trouble is its own."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from broadsheet.errors import BroadsheetError, DefinitionError, Place, Problem, TemplateError
from broadsheet.ledger.editions import LEASE
from broadsheet.press import pool, run
from broadsheet.press.demand import Wish, order_for, send_orders, write_files
from broadsheet.press.order import Order
from broadsheet.press.run import Printed, Stage, print_orders
from broadsheet.press.tick import plan_slots, tick
from press.workspace import MONDAY, SUNDAY, House, render_unless_doomed, report


def printed(house: House, *wishes: Wish) -> list[Printed]:
    with house.press() as press:
        return list(print_orders(press, [order_for(press, wish) for wish in wishes]))


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_period_same_bytes_in_this_process_in_workers_and_in_another_program(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.clock.at = MONDAY
    long_ago = Wish("orders", "2025-W24")
    (alone,) = printed(house, long_ago)
    with house.press() as press:
        write_files(press, alone, tmp_path / "inline")
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    pooled, _ = printed(house, long_ago, Wish("orders", "2026-W24"))
    with house.press() as press:
        write_files(press, pooled, tmp_path / "pooled")
    out = tmp_path / "another program"
    # This one hashes with a seed of its own.
    done = house.run("run", "orders", "--period", "2025-W24", "--out", str(out), PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stderr
    expected = files(tmp_path / "inline")
    assert set(expected) == {"orders-2025-W24.pdf", "orders-2025-W24.html"}
    assert expected["orders-2025-W24.pdf"].startswith(b"%PDF-")
    assert files(tmp_path / "pooled") == expected
    assert files(out) == expected


PROBLEM = Problem(
    Place("reports/orders.yaml", 3, 7), "unknown-kpi", "there is no KPI “x”", "Did you mean “y”?"
)


@pytest.mark.parametrize(
    "error",
    [
        TemplateError(Place("templates/page.html.j2", 2), "unknown name", "Mend it."),
        DefinitionError([PROBLEM]),
        BroadsheetError("what", "remedy"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_come_back_whole_from_a_worker(error: BroadsheetError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))


def test_a_template_error_in_a_worker_names_file_and_line(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    house.clock.at = MONDAY
    house.write("templates/mail.html.j2", "<p>\n{% include 'own.html.j2' %}")
    house.write("templates/own.html.j2", "{{ titel }}")
    for item in printed(house, Wish("orders", "2026-W23"), Wish("orders", "2026-W24")):
        assert isinstance(item.error, TemplateError)
        assert str(item.error).startswith("templates/own.html.j2:1: ")


def test_a_worker_that_dies_spoils_only_its_edition(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(run, "render", render_unless_doomed)
    for name in ("doomed", "orders", "second"):
        house.write(f"reports/{name}.yaml", report(name.title()))
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        states = {item.order.edition.report: item.state for item in tick(press).published}
    assert states == {"doomed": "failed", "orders": "ready", "second": "ready"}


def test_a_pool_that_is_falling_apart_spoils_no_edition(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed(pool.Inline):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            raise OSError("handle is closed")

    monkeypatch.setattr(run, "open_pool", lambda *_: Closed())
    house.clock.at = MONDAY
    (done,) = printed(house, Wish("orders", "2026-W24"))
    assert done.error is None
    assert done.artifacts is not None
    assert done.artifacts.pdf.startswith(b"%PDF-")


def test_a_press_stopped_halfway_gives_its_editions_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_job: object) -> None:
        raise KeyboardInterrupt

    house.clock.at = MONDAY
    with house.press() as press:
        wanted = order_for(press, Wish("orders"))
        with monkeypatch.context() as patched:
            patched.setattr(run, "render", interrupted)
            with pytest.raises(KeyboardInterrupt):
                list(send_orders(press, [wanted]))
        (record,) = press.ledger.editions.due()
        assert record.reason == "the press was stopped before it was made"
        assert [item.state for item in tick(press).published] == ["ready"]


def test_a_press_that_overslept_its_lease_queues_nothing(house: House) -> None:
    house.clock.at = SUNDAY
    with house.press() as press:
        plan_slots(press)
        house.clock.at = MONDAY
        plan_slots(press)
        (record,) = press.ledger.editions.due()

        def oversleep(_order: Order, stage: Stage) -> None:
            if stage == "rendered":
                house.clock.at += LEASE + timedelta(seconds=1)
                press.ledger.recover()

        wanted = order_for(press, Wish("orders"))
        (published,) = run.publish(press, [(record, wanted)], "schedule", oversleep)
        assert published.state == "taken"
        assert press.ledger.deliveries.waiting() == ()
        assert [item.state for item in tick(press).published] == ["ready"]


def test_one_edition_is_rendered_here_and_several_by_workers() -> None:
    assert isinstance(pool.open_pool(1, 8), pool.Inline)
    assert isinstance(pool.open_pool(8, 1), pool.Inline)
    workers = pool.open_pool(2, 8)
    assert not isinstance(workers, pool.Inline)
    workers.shutdown()
