"""Rendering: the same bytes wherever and however often, and one edition's trouble is its own."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from broadsheet.errors import BroadsheetError, DefinitionError, Place, Problem, TemplateError
from broadsheet.ledger.editions import LEASE
from broadsheet.press import run
from broadsheet.press.demand import Wish, order_for, send_orders, write_files
from broadsheet.press.order import Order
from broadsheet.press.planning import plan_due
from broadsheet.press.pool import Pool
from broadsheet.press.render import render
from broadsheet.press.run import Printed, Stage, print_orders
from broadsheet.press.tick import tick
from press.workspace import MONDAY, SUNDAY, House


def printed(house: House, *wishes: Wish) -> list[Printed]:
    with house.press() as press:
        return list(print_orders(press, [order_for(press, wish) for wish in wishes]))


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_period_same_bytes_in_this_process_in_others_and_in_another_program(
    house: House, tmp_path: Path
) -> None:
    house.clock.at = MONDAY
    long_ago = Wish("orders", "2025-W24")
    (alone,) = printed(house, long_ago)
    beside, _ = printed(house, long_ago, Wish("orders", "2026-W24"))
    assert alone.gathered is not None
    here = replace(alone, artifacts=render(alone.gathered.job))
    with house.press() as press:
        for name, made in (("here", here), ("alone", alone), ("beside", beside)):
            write_files(press, made, tmp_path / name)
    out = tmp_path / "another program"
    # This one hashes with a seed of its own.
    done = house.run("run", "orders", "--period", "2025-W24", "--out", str(out), PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stderr
    expected = files(tmp_path / "here")
    assert set(expected) == {"orders-2025-W24.pdf", "orders-2025-W24.html"}
    assert expected["orders-2025-W24.pdf"].startswith(b"%PDF-")
    assert files(tmp_path / "alone") == expected
    assert files(tmp_path / "beside") == expected
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


def test_a_template_error_in_another_process_names_file_and_line(house: House) -> None:
    house.clock.at = MONDAY
    house.write("templates/mail.html.j2", "<p>\n{% include 'own.html.j2' %}")
    house.write("templates/own.html.j2", "{{ titel }}")
    for item in printed(house, Wish("orders", "2026-W23"), Wish("orders", "2026-W24")):
        assert isinstance(item.error, TemplateError)
        assert str(item.error).startswith("templates/own.html.j2:1: ")


def test_a_press_stopped_halfway_gives_its_editions_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_pool: Pool, _job: object) -> None:
        raise KeyboardInterrupt

    house.clock.at = MONDAY
    with house.press() as press:
        wanted = order_for(press, Wish("orders"))
        with monkeypatch.context() as patched:
            patched.setattr(Pool, "submit", interrupted)
            with pytest.raises(KeyboardInterrupt):
                list(send_orders(press, [wanted]))
        (record,) = press.ledger.editions.due()
        assert record.reason == "the press was stopped before it was made"
        assert [item.state for item in tick(press).published] == ["ready"]


def test_a_press_that_overslept_its_lease_queues_nothing(house: House) -> None:
    house.clock.at = SUNDAY
    with house.press() as press:
        plan_due(press)
        house.clock.at = MONDAY
        plan_due(press)
        (record,) = press.ledger.editions.due()

        def oversleep(_order: Order, stage: Stage) -> None:
            if stage == "rendered":
                house.clock.at += LEASE + timedelta(seconds=1)
                with house.press() as other:
                    other.ledger.recover()

        wanted = order_for(press, Wish("orders"))
        (published,) = run.publish(press, [(record, wanted)], "schedule", oversleep)
        assert published.state == "taken"
        assert press.ledger.deliveries.waiting() == ()
        assert [item.state for item in tick(press).published] == ["ready"]
