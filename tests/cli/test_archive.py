"""Commands for past editions."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from cli.conftest import Command
from press.workspace import House, report

WEEK = "orders/2026-W24"
SEND = ("run", "orders", "--as-of", "2026-06-15T09:00", "--send")


def test_show_gives_the_exact_bytes_back(here: Command, tmp_path: Path) -> None:
    assert here(*SEND).code == 0
    told = json.loads(here("show", WEEK, "--json").out)
    assert (told["number"], told["edition"]["revision"], told["state"]) == (1, 1, "ready")
    written = here("show", WEEK, "--out", tmp_path / "then").out.split("\n")
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "then").iterdir()
    }
    assert found == {file["file"]: file["sha256"] for file in told["files"]}
    assert any(line.endswith("orders-2026-W24.pdf") for line in written)
    page = here("show", WEEK).out
    assert "orders · 2026-W24 · sales · r1 (number 1)" in page
    assert told["files"][0]["sha256"] in page
    everything = here("show", WEEK, "--all").out
    assert "bundle/frames.parquet" in everything
    assert "bundle/definitions/config/settings.yaml" in everything


def test_rerun_says_identical(house: House, here: Command, tmp_path: Path) -> None:
    assert here(*SEND).code == 0
    house.write("reports/orders.yaml", report("Something else"))
    again = here("rerun", WEEK, "--out", tmp_path / "now")
    assert (again.code, again.out) == (
        0,
        f"orders/2026-W24/sales@1: identical, all {len(list((tmp_path / 'now').iterdir()))} files byte for byte\n",
    )
    assert json.loads(here("rerun", WEEK, "--json").out)["identical"] is True


def test_what_is_not_there_is_told(here: Command) -> None:
    assert (here("show", WEEK).code, here("show", WEEK).err.split("\n")[0]) == (
        2,
        "Error: no edition has been planned or sent here yet",
    )
    assert here(*SEND).code == 0
    wrong = here("rerun", "orders/2026-W25")
    assert (wrong.code, "Did you mean “2026-W24”?" in wrong.err) == (2, True)
