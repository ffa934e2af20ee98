"""F9: past editions fetched and drawn again, long after YAML, templates and data have become others."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import duckdb

from broadsheet.ledger.records import EditionRecord
from broadsheet.press.again import parts_of, redraw, stored
from broadsheet.press.bundle import artifact_files
from broadsheet.press.demand import Wish, order_for
from broadsheet.press.editions import manifest_of
from broadsheet.press.press import Press
from broadsheet.press.run import publish
from press.workspace import FILES, MONDAY, SETTINGS, House, build, report

EDITIONS = 1000
FIRST = date(2025, 1, 6)
WORLDS = 4
"""So many times definitions, look and data change while the editions are made."""
READERS = ("sales", "board")
BLOCKS = (
    "[{kpis: [orders, revenue]}, {table: {rows: channel, kpis: [orders, revenue]}},"
    " {chart: ranked, kpis: [revenue], by: channel}]"
)

Digests = Mapping[str, str]


def main(scale: float = 1.0) -> str:
    """Make so many editions in a changing world, then fetch and redraw each of them in another order."""
    count = max(len(READERS) * WORLDS, round(EDITIONS * scale))
    with TemporaryDirectory() as folder:
        house = build(Path(folder) / "shop")
        house.clock.at = MONDAY
        as_made = make(house, count)
        ruin(house)
        with house.press() as press:
            records = [found for number in as_made if (found := press.ledger.history.one(number))]
            Random(9).shuffle(records)
            files = sum(fetch(press, record, as_made[record.id]) for record in records)
            seconds = again(press, records)
    return (
        f"{len(records)} editions of {WORLDS} states of definitions, look and data: {files} files fetched, each with "
        f"the digest it was made with; all drawn again from their bundles without data, YAML and templates, "
        f"{len(records)} identical byte for byte, {median(seconds):.2f} s each"
    )


def make(house: House, count: int) -> dict[int, Digests]:
    """Make editions for the archive; the digests of what was drawn, by the number of the edition."""
    days = count // len(READERS)
    made: dict[int, Digests] = {}
    for world in range(WORLDS):
        change(house, world)
        with house.press() as press:
            stretch = range(days * world // WORLDS, days * (world + 1) // WORLDS)
            for number, content in edit(press, stretch):
                made[number] = {name: digest(each) for name, each in content.items()}
    return made


def change(house: House, world: int) -> None:
    """Another title, color, KPI text and correction of the data."""
    house.write(
        "reports/orders.yaml",
        report(
            f"Orders, edition {world}",
            period="day",
            schedule="null",
            audience="[sales, board]",
            attach="[workbook, csv]",
            blocks=BLOCKS,
        ),
    )
    house.write("config/themes/default.yaml", f'colors: {{actual: "#{world}04040"}}\n')
    house.write("config/settings.yaml", SETTINGS + f"confidentiality: State {world}\n")
    house.write(
        "config/kpis/sales.yaml", FILES["config/kpis/sales.yaml"].replace("the period", f"the day ({world})")
    )
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute(f"UPDATE orders SET amount = amount + 1 WHERE order_no % {world + 2} = 0")


def edit(press: Press, days: range) -> Iterator[tuple[int, Mapping[str, bytes]]]:
    claims = []
    for day in days:
        for reader in READERS:
            order = order_for(press, Wish("orders", str(FIRST + timedelta(days=day)), audience=reader))
            claims.append((press.ledger.editions.want(order.key, as_of=order.as_of), order))
    numbers = {order: record.id for record, order in claims}
    for published in publish(press, claims, "demand"):
        assert published.state == "ready", published.reason
        assert published.printed is not None
        assert published.printed.artifacts is not None
        yield numbers[published.order], artifact_files(published.printed.artifacts)


def ruin(house: House) -> None:
    """Nothing of the workspace is as it was: other definitions, another layout, no data."""
    house.warehouse.unlink()
    shutil.rmtree(house.root / "config" / "kpis")
    for name, text in FILES.items():
        house.write(name, text)
    house.write("reports/orders.yaml", report("Another report", blocks="[{kpis: [orders]}]"))
    house.write("templates/page.html.j2", "<p>another page</p>")


def fetch(press: Press, record: EditionRecord, as_made: Digests) -> int:
    """Compare every stored file with what was drawn; how many there are."""
    parts = parts_of(record, manifest_of(press, record))
    found = {part.name: digest(stored(press, part)) for part in parts}
    assert {name: found[name] for name in as_made} == as_made, f"{record.key} is not what was made"
    return len(parts)


def again(press: Press, records: list[EditionRecord]) -> list[float]:
    """Draw editions again, on all cores; the seconds of each."""

    def one(record: EditionRecord) -> float:
        started = time.monotonic()
        drawn = redraw(press, record)
        assert not drawn.different, f"{record.key}: {', '.join(drawn.different)} differ"
        return time.monotonic() - started

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(one, records))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    print(main(*map(float, sys.argv[1:2])))
