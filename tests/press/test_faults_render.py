"""Editions that harm the process that renders them: it dies alone, in time, and the others are made."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from broadsheet.errors import CrashError, LimitError
from broadsheet.press import render, run
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.pool import Pool
from broadsheet.press.run import Printed, Published, print_orders
from broadsheet.press.tick import tick
from broadsheet.rendering.edition import Rendered
from press.workspace import MONDAY, SETTINGS, SUNDAY, House, poison, report
from soak.traps import bombs


def made(house: House, bad: str) -> dict[str, Published]:
    """What becomes of a bad report between two sound ones."""
    for name in ("another", bad, "orders"):
        house.write(f"reports/{name}.yaml", report(name.title()))
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        done = {item.order.edition.report: item for item in tick(press).published}
    assert done["another"].state == done["orders"].state == "ready"
    return done


def printed(house: House, *wishes: Wish) -> list[Printed]:
    with house.press() as press:
        return list(print_orders(press, [order_for(press, wish) for wish in wishes]))


pytestmark = pytest.mark.faults


def limits(house: House, text: str) -> None:
    house.write("config/settings.yaml", f"{SETTINGS}limits: {{{text}}}\n")


def test_fault_r01_hang(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    limits(house, "seconds: 12")
    poison(monkeypatch, hanging="hang")
    done = made(house, "hanging")
    assert done["hanging"].state == "failed", done["hanging"].reason
    assert done["hanging"].reason == "rendering took longer than 12 seconds"
    with house.press() as press:
        ((record, _),) = press.ledger.history.latest("hanging")
    assert record.cause == "limits"


def test_fault_r02_out_of_memory(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    limits(house, "memory: 600 MiB")
    poison(monkeypatch, hoarding="memory")
    done = made(house, "hoarding")
    assert done["hoarding"].state == "failed"
    assert done["hoarding"].reason == "rendering takes more than 600 MiB of memory"


@pytest.mark.parametrize(("harm", "how"), [("segfault", "SIGSEGV"), ("killed", "SIGKILL")])
def test_fault_r03_segfault_in_native_library(
    house: House, monkeypatch: pytest.MonkeyPatch, harm: str, how: str
) -> None:
    poison(monkeypatch, crashing=harm)
    done = made(house, "crashing")
    assert done["crashing"].state == "postponed"
    assert done["crashing"].reason == f"the process that rendered it died ({how})"


@pytest.mark.parametrize("bomb", ["uses of uses", "flex in flex", "columns of a cell", "power of a power"])
def test_fault_a03_css_svg_var_bombs(house: House, bomb: str) -> None:
    limits(house, "seconds: 5")
    house.write("templates/page.html.j2", bombs()[bomb])
    house.clock.at = SUNDAY
    with house.press() as press:
        tick(press)
        house.clock.at = MONDAY
        (published,) = tick(press).published
        ((record, _),) = press.ledger.history.latest()
    assert (published.state, record.state, record.cause) == ("failed", "failed", "limits"), published.reason


def test_a_sound_edition_follows_one_that_was_killed_in_the_same_pool(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    poison(monkeypatch, second="killed")
    house.write("reports/second.yaml", report("Second"))
    house.clock.at = MONDAY
    bad, good = printed(house, Wish("second", "2026-W24"), Wish("orders", "2026-W24"))
    assert isinstance(bad.error, CrashError)
    assert good.artifacts is not None


def test_more_pages_than_allowed_are_no_edition(house: House) -> None:
    limits(house, "pages: 1")
    house.clock.at = MONDAY
    many = ", ".join("{table: {rows: channel, kpis: [orders]}, page: new}" for _ in range(2))
    house.write("reports/orders.yaml", report(blocks=f"[{{kpis: [orders]}}, {many}]"))
    (done,) = printed(house, Wish("orders", "2026-W24"))
    assert isinstance(done.error, LimitError)
    assert str(done.error) == "it has 3 pages; the settings allow 1"
    assert "limits.pages" in done.error.remedy


def test_a_file_larger_than_allowed_is_no_edition(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    limits(house, "megabytes: 1")
    house.clock.at = MONDAY
    with house.press() as press:
        job = run.gather(press, order_for(press, Wish("orders", "2026-W24"))).job
    typeset = render.render_edition

    def huge(*arguments: Any, **options: Any) -> Rendered:
        return replace(typeset(*arguments, **options), files={".xlsx": bytes(1_000_001)})

    monkeypatch.setattr(render, "render_edition", huge)
    with pytest.raises(LimitError, match=r"its \.xlsx file has 1.0 MB; the settings allow 1"):
        render.render(job)


def test_leaving_the_pool_ends_what_still_runs(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    poison(monkeypatch, orders="hang")
    house.clock.at = MONDAY
    with house.press() as press:
        job = run.gather(press, order_for(press, Wish("orders", "2026-W24"))).job
    with Pool(1) as pool:
        hanging, waiting = pool.submit(job), pool.submit(job)
    assert isinstance(hanging.exception(timeout=1), CrashError)
    assert waiting.cancelled()


def test_nothing_is_left_in_the_folder_of_temporary_files(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    poison(monkeypatch, second="killed")
    house.write("reports/second.yaml", report("Second"))
    house.clock.at = MONDAY + timedelta(hours=1)
    printed(house, Wish("second", "2026-W24"), Wish("orders", "2026-W24"))
    assert [path.name for path in scratch.iterdir() if path.name.startswith("broadsheet-")] == []
