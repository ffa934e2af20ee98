"""The trail that an edition keeps: every statement runs again, and tells whom it served and for which days."""

from __future__ import annotations

import re
import subprocess
import sys

import duckdb

from broadsheet.archive.manifest import get_manifest
from broadsheet.press.bundle import archive_edition
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.gather import gather
from broadsheet.press.order import Order
from broadsheet.press.press import Press
from broadsheet.press.render import render
from broadsheet.press.trail import Trail, trail_of
from press.workspace import MONDAY, House, report

BLOCKS = """[
  {kpis: [orders, revenue]},
  {table: {rows: channel, kpis: [middle]}},
  {text: Orders come by night.},
  {chart: bar, kpis: [revenue], by: channel, compare: [last_year], where: {channel: Web}},
]"""
MIDDLE = "  middle: {label: Median order, meaning: Half of the orders are larger., median: orders.amount}\n"


def equip(house: House) -> None:
    """A report whose blocks share statements and need some of their own, on the Monday when it is due."""
    house.clock.at = MONDAY
    house.write("config/kpis/more.yaml", f"kpis:\n{MIDDLE}")
    house.write("reports/orders.yaml", report(blocks=BLOCKS, compare="[previous, last_year]"))


def told(press: Press) -> tuple[Order, Trail]:
    order = order_for(press, Wish("orders", "2026-W24"))
    return order, trail_of(press, order, gather(press, order).statements)


def test_blocks_and_statements_name_each_other(house: House) -> None:
    equip(house)
    with house.press() as press:
        _, trail = told(press)
    assert [block.kind for block in trail.blocks] == ["kpis", "table", "text", "chart"]
    assert trail.blocks[2].statements == ()
    for block in trail.blocks:
        served = tuple(item.number for item in trail.statements if block.number in item.blocks)
        assert served == block.statements
    assert all(item.blocks for item in trail.statements)
    # The slice of the chart has a statement of its own, and so has the median.
    assert [item.number for item in trail.statements if "'Web'" in item.sql] == list(
        trail.blocks[3].statements
    )
    medians = [item.blocks for item in trail.statements if "percentile" in item.sql]
    assert medians
    assert set(medians) == {(2,)}


def test_periods_are_told_in_local_time_and_utc(house: House) -> None:
    equip(house)
    with house.press() as press:
        order, trail = told(press)
    roles = {item.role: (item.label, item.start, item.start_utc, item.end_utc) for item in trail.periods}
    assert roles["period"] == ("2026-W24", "2026-06-08 00:00 CEST", "2026-06-07T22:00Z", "2026-06-14T22:00Z")
    assert roles["previous"][0] == "2026-W23"
    assert roles["last_year"][0] == "2025-W24"
    asked = {label for block in trail.blocks for label in block.periods}
    assert asked <= {item.label for item in trail.periods}
    assert trail.as_of_utc == f"{order.as_of:%Y-%m-%dT%H:%MZ}"


def test_the_archived_statements_run_and_return_the_stated_rows(house: House) -> None:
    equip(house)
    with house.press() as press:
        order = order_for(press, Wish("orders", "2026-W24"))
        gathered = gather(press, order)
        manifest = archive_edition(press, order, render(gathered.job), gathered)
        files = get_manifest(press.archive, manifest).files
        text = press.archive.get(files["statements.sql"]).decode()
    stated = [int(rows) for rows in re.findall(r"^-- orders: (\d+) rows$", text, re.MULTILINE)]
    assert len(stated) == len(gathered.statements)
    with duckdb.connect(str(house.warehouse), read_only=True) as connection:
        statements = connection.extract_statements(text)
        returned = [len(connection.execute(statement).fetchall()) for statement in statements]
    assert returned == stated
    assert "2026-06-07T22:00Z to 2026-06-14T22:00Z" in text


def test_another_process_writes_the_same_trail(house: House) -> None:
    equip(house)
    code = (
        "import sys; from pathlib import Path; from press.test_trail import told; from press.workspace import *\n"
        "with House(Path(sys.argv[1]), FixedClock(MONDAY)).press() as press: print(told(press)[1].text)"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code, str(house.root)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            check=True,
            capture_output=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
