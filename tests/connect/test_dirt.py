"""Files as people export them: what is recognized, what is proposed, what is left to their owner."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from broadsheet.cli.app import app
from connect.conftest import Connect

CUSTOMERS = """\
customer_no;name;segment
K-001;Anglers' Corner;retail
K-002;Bay Boats;trade
K-003;Häfen & Söhne;n/a
"""
INVOICES = """\
\ufeffInvoice No;Customer;Invoiced on;Due on;Amount;Weight;Paid;Note
1;K-001;03/01/2025;13/01/2025;€ 1.234,50;1,234;ja;-
2;K-002;05/02/2025;15/02/2025;€ 12,00;2,500;nein;urgent
;;;;;;;
3;k 003;07/03/2025;17/03/2025;n/a;3,125;ja;-
4;K-009;09/04/2025;19/04/2025;€ 3,99;4,000;nein;-
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "customers.csv").write_text(CUSTOMERS, encoding="cp1252")
    (folder / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    return folder


def test_dirty_exports_become_sources_that_pass_their_checks(folder: Path, connect: Connect) -> None:
    found = connect(folder)
    assert found.errors == []
    assert "read as Windows-1252" in found.doubts_about("customers.csv")
    assert found.tables["customer"]["key"] == "customer_no"
    assert found.tables["customer"]["columns"]["segment"] == {"type": "text", "empty": ["n/a"]}
    invoices = found.tables["invoices"]
    assert (invoices["key"], invoices["clock"]) == ("invoice_no", "invoiced_on")
    assert invoices["link"] == {"customer": "customer"}
    assert invoices["columns"] == {
        "customer": {"type": "text", "replace": {"k 003": "K-003"}},
        "invoiced_on": {"type": "date", "format": "%d/%m/%Y"},
        "due_on": {"type": "date", "format": "%d/%m/%Y"},
        "amount": {"type": "money", "format": "1.234,50", "empty": ["n/a"]},
        "weight": "number",
        "paid": {"type": "flag", "flag": {"ja": True, "nein": False}},
        "note": {"type": "text", "empty": ["-"]},
    }


def test_what_the_data_leaves_open_is_asked_with_counts(folder: Path, connect: Connect) -> None:
    found = connect(folder)
    invoiced = found.doubts_about("invoices.csv: invoiced_on")
    assert "all 4 values can be read as date “%d/%m/%Y” and as date “%m/%d/%Y”" in invoiced
    assert "%m/%d/%Y" not in found.doubts_about("invoices.csv: due_on")
    assert "number “1.234,50”" in found.doubts_about("invoices.csv: weight")
    assert "1.234,50" not in found.doubts_about("invoices.csv: amount")
    customer = found.doubts_about("invoices.csv: customer")
    assert "“k 003” (1 rows) for “K-003”" in customer
    assert "1 of 4 rows (25.0%) refer to no row of customers.csv, such as “K-009”" in customer
    assert "note “-” (3)" in found.doubts_about("invoices.csv")
    for line in found.doubts.splitlines():
        if ": " in line and line.startswith(" " * 2) and not line.startswith(" " * 5):
            assert line.split("  ", 2)[-1].strip() in found.text


def test_keys_are_proven_not_believed(folder: Path, connect: Connect) -> None:
    lines = "order_id,line,day,quantity\n1,1,2025-01-02,5\n1,2,2025-01-02,5\n2,1,2025-01-03,7\n"
    (folder / "lines.csv").write_text(lines, encoding="utf-8")
    (folder / "votes.csv").write_text("id,day\n1,2025-01-01\n1,2025-01-01\n", encoding="utf-8")
    found = connect(folder)
    assert found.tables["lines"]["key"] == ["order_id", "line"]
    assert "votes" not in found.tables
    assert "left out: no 3 columns name a row once in all 2 rows" in found.doubts_about("votes.csv")


def test_versions_make_a_dated_entity_unless_they_overlap(folder: Path, connect: Connect) -> None:
    people = (
        "person_id,team,valid_from,valid_to\n1,A,2024-01-01,2025-01-01\n1,B,2025-01-01,\n2,A,2024-01-01,\n"
    )
    visits = "visit_id,person_id,day\n1,1,2025-02-01\n2,2,2025-02-02\n3,1,2025-02-03\n"
    (folder / "people.csv").write_text(people, encoding="utf-8")
    (folder / "visits.csv").write_text(visits, encoding="utf-8")
    found = connect(folder)
    assert found.errors == []
    assert found.tables["people"]["valid"] == ["valid_from", "valid_to"]
    assert found.tables["visits"]["link"] == {"person": {"to": "people", "by": "person_id"}}
    (folder / "people.csv").write_text(people.replace("2025-01-01\n1", "2026-01-01\n1"), encoding="utf-8")
    assert connect(folder).tables.get("people", {}).get("valid") is None


def test_every_sheet_is_a_table_and_what_cannot_be_read_is_named(folder: Path, connect: Connect) -> None:
    with xlsxwriter.Workbook(folder / "plan.xlsx") as book:
        for name, rows in {
            "Targets": [("month", "team", "target_amount"), ("2025-01-01", "A", 5), ("2025-02-01", "A", 6)],
            "Empty": [],
            "Visits": [("visit_id", "at"), (1, "2 Jan 2025"), (2, "13 Feb 2025")],
        }.items():
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
    (folder / "blank.csv").write_text("\n\na,b\n1,2\n", encoding="utf-8")
    (folder / "broken.parquet").write_bytes(b"no table")
    (folder / "readme.txt").write_text("Exports of the night.\n", encoding="utf-8")
    found = connect(folder)
    assert found.errors == []
    assert found.tables["targets"]["file"] == "plan.xlsx#Targets"
    assert found.tables["visits"]["columns"] == {"at": {"type": "date", "format": "%d %b %Y"}}
    assert "left out: " in found.doubts_about("blank.csv")
    assert "left out: " in found.doubts_about("broken.parquet")
    assert "left out: it has a single column" in found.doubts_about("readme.txt")


def test_nothing_is_written_unless_told_and_nothing_replaced_unless_told_so(folder: Path) -> None:
    (folder / "config").mkdir()

    def run(*options: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, ["-C", str(folder), "connect", ".", *options])
        return result.exit_code, result.stdout, str(result.exception or "")

    code, proposal, _ = run()
    assert (code, list((folder / "config").iterdir())) == (0, [])
    assert run("--write") == (0, "", "")
    target = folder / "config" / "sources.yaml"
    assert target.read_text(encoding="utf-8") == proposal
    target.write_text("mine", encoding="utf-8")
    assert "exists already" in run("--write")[2]
    assert target.read_text(encoding="utf-8") == "mine"
    assert run("--write", "--overwrite")[0] == 0
    assert target.read_text(encoding="utf-8") == proposal


def test_what_is_mostly_unreadable_stays_text_and_is_told(folder: Path, connect: Connect) -> None:
    days = "".join(f"{number},2025-01-01,2025-{number + 8:02d}-01\n" for number in range(1, 9))
    (folder / "visits.csv").write_text("visit_id,day,checked_on\n" + days, encoding="utf-8")
    found = connect(folder)
    assert found.tables["visits"]["columns"] == {"day": "date", "checked_on": "text"}
    told = found.doubts_about("visits.csv: checked_on")
    assert "kept as text: as date, 4 of 8 rows (50.0%) cannot be read, such as “2025-13-01”" in told
