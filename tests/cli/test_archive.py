"""Commands for past editions."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb

from cli.conftest import Command
from press.workspace import SETTINGS, House, report

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


def corrected(house: House) -> None:
    with duckdb.connect(str(house.warehouse)) as connection:
        connection.execute(
            "UPDATE orders SET amount = amount + 100 WHERE order_no ="
            " (SELECT max(order_no) FROM orders WHERE ordered_at < '2026-06-14')"
        )


def test_run_of_an_edition_that_was_sent_tells_both_values_and_diff_too(
    house: House, here: Command, tmp_path: Path
) -> None:
    assert here(*SEND).code == 0
    corrected(house)
    again = here(
        "run", "orders", "--period", "2026-W24", "--out", tmp_path / "out", "--to", "me@example.test"
    )
    assert again.code == 0, again.err
    assert (tmp_path / "out" / "orders" / "2026-W24" / "orders-2026-W24-r2.pdf").exists()
    assert house.outbox == sorted([*house.outbox[:-1], house.outbox[-1]])
    lines = again.out.splitlines()
    assert "orders · 2026-W24 · sales · r2 was kept and sent to nobody; as sent is r1, as of now r2." in lines
    (total,) = (line for line in lines if line.startswith("Revenue  "))
    assert total.endswith(")")
    assert "+100 (" in total
    same = here("run", "orders", "--period", "2026-W24", "--out", tmp_path / "out")
    assert "r2: nothing has changed since; no new revision was kept." in same.out
    told = here("diff", WEEK)
    assert (told.code, total in told.out.splitlines()) == (1, True)
    assert told.out.startswith("orders/2026-W24/sales@1 (as sent) and orders/2026-W24/sales@2 (as of now)\n")
    as_json = json.loads(here("diff", f"{WEEK}@2", f"{WEEK}@1", "--json").out)
    assert as_json["totals"][0]["then"] == as_json["totals"][0]["now"] + 100
    identical = here("diff", f"{WEEK}@2", f"{WEEK}@2")
    assert (identical.code, identical.out.splitlines()[-1]) == (0, "They are the same.")
    assert "broadsheet run orders --period 2026-W24 --audience sales --send --revision 2" in again.out
    sent = here("run", "orders", "--period", "2026-W24", "--send", "--revision", "2")
    assert sent.code == 0
    assert "ada@example.test has r1 since 20" in sent.out
    assert "revisions   r1 (ready), r2 (ready)" in here("show", WEEK).out


def test_diff_of_an_edition_with_one_revision(here: Command) -> None:
    assert here(*SEND).code == 0
    alone = here("diff", WEEK)
    assert (alone.code, "nothing to compare with" in alone.err) == (2, True)


def test_a_backfill_by_command(here: Command) -> None:
    done = here("run", "orders", "--from", "2026-W22", "--to", "2026-W23")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        "report  period    audience  state",
        "orders  2026-W22  sales     ready",
        "orders  2026-W23  sales     ready",
        "Nobody gets them by themselves; --send with --period sends one.",
    ]
    assert here("run", "orders", "--from", "2026-W22").code == 2
    assert here("run", "orders", "--from", "2026-W22", "--to", "2026-W23", "--send").code == 2
    assert here("run", "orders", "--revision", "2").code == 2


def test_prune_says_what_it_removes(house: House, here: Command) -> None:
    assert here("archive", "prune").out == "No edition has been made yet.\n"
    assert here(*SEND).code == 0
    assert here("archive", "prune", "--trial").out == (
        "0 editions would leave the archive; 0 files would be removed, 0 KB; 1 edition kept.\n"
    )
    assert here("archive", "prune").out == (
        "0 editions left the archive; 0 files removed, 0 KB; 1 edition kept.\n"
    )
    house.write("config/settings.yaml", SETTINGS + "archive: {keep: two years}\n")
    told = here("check")
    assert told.code == 1
    assert "“two years” is no length\n    Write 24 months, 10 years or forever.\n" in told.out


def test_explain_tells_the_story_of_all_revisions(house: House, here: Command, tmp_path: Path) -> None:
    assert here(*SEND).code == 0
    corrected(house)
    assert here("run", "orders", "--period", "2026-W24", "--out", tmp_path).code == 0
    lines = here("explain", WEEK).out.splitlines()
    assert lines[0] == "orders · 2026-W24 · sales · r1 (number 1)"
    assert "letters     2 sent" in lines
    assert "letters     none" in lines
    assert lines[-1] == (
        "What differs between them: broadsheet diff orders/2026-W24/sales@1 orders/2026-W24/sales@2"
    )
    first, second = json.loads(here("explain", WEEK, "--json").out)
    assert (first["name"], second["name"]) == ("orders/2026-W24/sales@1", "orders/2026-W24/sales@2")
    assert here("explain", WEEK, "--period", "2026-W24").code == 2
    assert here("explain", "orders/2026-W99").code == 2
