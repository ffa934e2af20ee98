"""Files as people export them, and databases that are only read, become the same clean tables."""

from __future__ import annotations

import os
import sqlite3
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from sqlalchemy import func, select
from sqlalchemy import text as sql

from broadsheet.errors import WarehouseError
from broadsheet.warehouse.digests import remembered
from broadsheet.warehouse.files import csv_table, one_thread, write_csv
from broadsheet.warehouse.snapshots import scratch
from broadsheet.warehouse.warehouse import Warehouse

FOLDER = {"connections": {"files": {"folder": "data"}}}
DEALS: dict[str, Any] = {
    "connection": "files",
    "file": "deals.csv",
    "key": "deal_id",
    "clock": "closed_at",
    "columns": {
        "closed_at": {"type": "time", "format": "%d/%m/%Y"},
        "value": {"type": "money", "format": "1.234,56"},
        "seats": "number",
        "product": {"type": "text", "replace": {"GTXPro": "GTX Pro"}, "empty": ["?"]},
    },
}
CSV = (
    "\ufeffDeal ID;closed at;value;seats;product;comment\r\n"
    'd1;31/12/2023;"€ 1.234,50";3;GTXPro;"two\r\nlines; one cell"\r\n'
    "d2;05/01/2024;99,00 EUR;2.5;?;\r\n"
    "d3;31/02/2024;about 10;many;Rod\r\n"
    "d4;;;;  ;\r\n"
    "d5;06/01/2024;1;1;Net;;too;long\r\n"
)


def rows(warehouse: Warehouse, name: str) -> list[tuple[Any, ...]]:
    relation = warehouse.relation(name)
    connection = warehouse._connections[""]
    return [tuple(row) for row in connection.execute(select(*relation.c).order_by(next(iter(relation.c))))]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_a_dirty_csv_is_read_and_what_is_lost_is_counted(data: Path, open_sources: Any) -> None:
    (data / "deals.csv").write_text(CSV, encoding="utf-8", newline="")
    warehouse = open_sources({**FOLDER, "facts": {"deals": DEALS}})
    relation = warehouse.relation("deals")
    assert sorted(column.key for column in relation.c) == [
        "closed_at",
        "deal_id",
        "product",
        "seats",
        "value",
    ]
    statement = select(*(relation.c[name] for name in ("deal_id", "closed_at", "value", "seats", "product")))
    found = [tuple(row) for row in warehouse._connections[""].execute(statement.order_by(relation.c.deal_id))]
    assert found == [
        ("d1", datetime(2023, 12, 31), Decimal("1234.5000"), 3.0, "GTX Pro"),
        ("d2", datetime(2024, 1, 5), Decimal("99.0000"), 2.5, None),
        ("d3", None, None, None, "Rod"),
        ("d4", None, None, None, None),
    ]
    assert warehouse.rejected == {
        "deals": (1, "d5;06/01/2024;1;1;Net;;too;long"),
        "deals.closed_at": (1, "31/02/2024"),
        "deals.value": (1, "about 10"),
        "deals.seats": (1, "many"),
    }
    total = warehouse.query("deals", select(func.sum(relation.c.value).label("value")))
    assert total.frame["value"].tolist() == [1333.5]


def test_a_snapshot_is_made_once_and_anew_when_content_or_declaration_changes(
    data: Path, tmp_path: Path, open_sources: Any
) -> None:
    file = data / "deals.csv"
    file.write_text(CSV, encoding="utf-8")

    def snapshots(fact: dict[str, Any]) -> set[str]:
        with open_sources({**FOLDER, "facts": {"deals": fact}}) as warehouse:
            rows(warehouse, "deals")
            assert "deals.value" in warehouse.rejected
        return {path.name for path in (tmp_path / "snapshots").iterdir()}

    first = snapshots(DEALS)
    made = next((tmp_path / "snapshots").iterdir()).read_bytes()
    assert len(first) == 1
    assert snapshots(DEALS) == first
    assert next((tmp_path / "snapshots").iterdir()).read_bytes() == made
    other = {**DEALS, "columns": {**DEALS["columns"], "seats": "text"}}
    assert len(snapshots(other)) == 2
    file.write_text(CSV.replace("d1", "d9"), encoding="utf-8")
    assert len(snapshots(DEALS)) == 3


@pytest.mark.parametrize(
    "content",
    [
        "place_id,name\nz1,Köln – Süd\n".encode("cp1252"),
        "place_id\tname\nz1\tKöln – Süd\n".encode("utf-16"),
        'place_id|name\n"z1"|"Köln – Süd"'.encode(),
    ],
)
def test_encodings_and_delimiters_are_found_out(data: Path, open_sources: Any, content: bytes) -> None:
    (data / "places.csv").write_bytes(content)
    place = {"connection": "files", "file": "places.csv", "key": "place_id", "columns": {"name": "text"}}
    warehouse = open_sources({**FOLDER, "entities": {"places": place}})
    assert rows(warehouse, "places") == [("Köln – Süd", "z1")]


def test_lines_without_any_value_are_no_rows(data: Path, open_sources: Any) -> None:
    (data / "notes.csv").write_text(
        'note_id,day,words\n1,2024-01-05,a\n,,\n\n"","",""\n2,,\n', encoding="utf-8"
    )
    table = {"file": "notes.csv", "key": "note_id", "clock": "day", "columns": {"day": "date"}}
    warehouse = open_sources({"connections": {"warehouse": {"folder": "data"}}, "facts": {"notes": table}})
    notes = warehouse.relation("notes")
    rows = warehouse.query("notes", select(notes.c.note_id).order_by(notes.c.note_id)).frame
    assert list(rows["note_id"]) == [1, 2]


def test_lines_of_any_length_are_read_by_one_thread(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text('a,b\n1,"two\nlines"\n2\n', encoding="utf-8")
    with scratch(tmp_path) as (connection, _):
        statement = one_thread(f"SELECT * FROM {csv_table(path).sql}")
        assert "parallel=false" in statement
        assert connection.exec_driver_sql(statement).fetchall() == [("1", "two\nlines"), ("2", None)]


def test_excel_parquet_and_json_are_tables_too(data: Path, open_sources: Any) -> None:
    with xlsxwriter.Workbook(data / "plan.xlsx") as book:
        book.add_worksheet("Notes").write_string(0, 0, "see Targets")
        sheet = book.add_worksheet("Targets")
        sheet.write_row(0, 0, ["month", "amount", "team"])
        sheet.write_datetime(1, 0, datetime(2024, 2, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number(1, 1, 1200.1)
        sheet.write_number(1, 2, 7)
        sheet.write_row(2, 0, ["01.03.2024", "1,300.20", "8"])
    values = (
        "(VALUES ('7', DATE '2024-02-01', 1200.1), ('8', DATE '2024-03-01', 1300.2)) t(team, month, amount)"
    )
    duckdb.sql(f"COPY (FROM {values}) TO '{data}/plan.parquet'")
    duckdb.sql(f"COPY (FROM {values}) TO '{data}/plan.json'")
    columns = {"month": {"type": "date", "format": "%d.%m.%Y"}, "amount": "money", "team": "text"}
    files = {"excel": "plan.xlsx#Targets", "parquet": "plan.parquet", "json": "plan.json"}
    facts = {
        name: {"connection": "files", "file": file, "key": "month", "clock": "month", "columns": columns}
        for name, file in files.items()
    }
    warehouse = open_sources({**FOLDER, "facts": facts})
    expected = [(date(2024, 2, 1), Decimal("1200.1000"), "7"), (date(2024, 3, 1), Decimal("1300.2000"), "8")]
    assert {name: rows(warehouse, name) for name in files} == dict.fromkeys(files, expected)
    assert warehouse.rejected == {}


def test_links_without_a_declaration_are_read_like_the_key_they_hold(data: Path, open_sources: Any) -> None:
    (data / "deals.csv").write_text("deal_id,closed_at,account\n1,2024-01-01,07\n")
    fact = {
        "connection": "files",
        "file": "deals.csv",
        "key": "deal_id",
        "clock": "closed_at",
        "link": {"a": "account"},
    }
    fact["link"] = {"account": {"to": "accounts", "by": "account"}}
    entity = {"connection": "files", "file": "accounts.csv", "key": "id", "columns": {"id": "number"}}
    warehouse = open_sources({**FOLDER, "entities": {"accounts": entity}, "facts": {"deals": fact}})
    relation = warehouse.relation("deals")
    assert warehouse.query(
        "deals", select(relation.c.account, relation.c.closed_at)
    ).frame.values.tolist() == [[7.0, datetime(2024, 1, 1)]]


def test_sqlite_is_read_only_snapshotted_and_computed(tmp_path: Path, open_sources: Any) -> None:
    with sqlite3.connect(tmp_path / "crm.sqlite") as connection:
        connection.execute("CREATE TABLE deals (deal_id INTEGER, closed_at TEXT, value REAL, won BOOLEAN)")
        connection.execute("INSERT INTO deals VALUES (1, '2024-01-05 10:30:00', 10.1, 1), (2, '', 20.2, 0)")
    connection.close()
    fact = {
        "connection": "crm",
        "table": "deals",
        "key": "deal_id",
        "clock": "closed_at",
        "columns": {"closed_at": "time", "value": "money", "won": "flag"},
    }
    sources = {"connections": {"crm": {"url": "sqlite:///crm.sqlite"}}, "facts": {"deals": fact}}
    warehouse = open_sources({**sources, "facts": {"deals": fact, "gone": {**fact, "table": "deal"}}})
    assert rows(warehouse, "deals") == [
        (datetime(2024, 1, 5, 10, 30), Decimal("10.1000"), True, 1),
        (None, Decimal("20.2000"), False, 2),
    ]
    with pytest.raises(WarehouseError, match="there is no table “deal”") as error:
        warehouse.relation("gone")
    assert error.value.remedy == "Did you mean “deals”?"


def test_the_computing_memory_reads_nothing_but_snapshots(data: Path, open_sources: Any) -> None:
    (data / "deals.csv").write_text(CSV, encoding="utf-8")
    warehouse = open_sources({**FOLDER, "facts": {"deals": DEALS}})
    warehouse.relation("deals")
    for statement in (
        f"SELECT * FROM read_csv('{data}/deals.csv')",
        "SET enable_external_access = true",
        "LOAD httpfs",
    ):
        with pytest.raises(Exception, match=r"disabled (by|through) configuration|locked"):
            warehouse._connections[""].execute(sql(statement))
        warehouse._connections[""].rollback()


@pytest.mark.parametrize(
    ("change", "message", "remedy"),
    [
        (
            {"file": "deal.csv"},
            "facts.deals: there is no file “deal.csv” in the folder",
            "Did you mean “deals.csv”?",
        ),
        (
            {"file": "../x.csv"},
            "facts.deals: “../x.csv” lies outside the connection's folder",
            "Name a file inside it.",
        ),
        ({"key": "dealid"}, "facts.deals.key: there is no column “dealid”", "Did you mean “deal_id”?"),
        (
            {"columns": {"valu": "money"}, "clock": "closed_at"},
            "facts.deals.columns.valu: there is no column “valu”",
            "Did you mean “value”?",
        ),
        ({"file": "empty.csv"}, "empty.csv is empty", "Its first line must hold the names of the columns."),
        (
            {"file": None, "table": "t"},
            "facts.deals: connection “files” is a folder, so the rows need a file",
            None,
        ),
    ],
)
def test_mistakes_are_named_with_their_place(
    data: Path, open_sources: Any, change: dict[str, Any], message: str, remedy: str | None
) -> None:
    (data / "deals.csv").write_text(CSV, encoding="utf-8")
    (data / "empty.csv").write_text("")
    warehouse = open_sources({**FOLDER, "facts": {"deals": {**DEALS, **change}}})
    with pytest.raises(WarehouseError) as error:
        warehouse.relation("deals")
    assert str(error.value) == message
    assert remedy is None or error.value.remedy == remedy


def test_a_missing_folder_is_named(open_sources: Any) -> None:
    sources = {"connections": {"files": {"folder": "${env:EXPORTS}"}}, "facts": {"deals": DEALS}}
    with pytest.raises(
        WarehouseError, match="connection “files”: the environment variable EXPORTS is not set"
    ):
        open_sources(sources).relation("deals")
    with pytest.raises(
        WarehouseError, match=r"connection “files”: the folder \$\{env:EXPORTS\} \(.*nowhere\) does not exist"
    ):
        open_sources(sources, {"EXPORTS": "nowhere"}).relation("deals")


@pytest.mark.parametrize("text", ["DELETE FROM t", "SELECT 1; DROP TABLE t", "-- SELECT\nUPDATE t SET a = 1"])
def test_a_view_is_one_select(tmp_path: Path, open_sources: Any, text: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "v.sql").write_text(text)
    duckdb.connect(tmp_path / "w.duckdb").close()
    fact = {"sql": "config/v.sql", "key": "a", "clock": "a"}
    warehouse = open_sources(
        {"connections": {"warehouse": {"url": "duckdb:///w.duckdb"}}, "facts": {"f": fact}}
    )
    with pytest.raises(WarehouseError, match=r"facts.f.sql: config/v.sql is not one SELECT"):
        warehouse.relation("f")


TICKETS: dict[str, Any] = {
    "connection": "files",
    "sql": "config/views/tickets.sql",
    "key": "ticket",
    "clock": "changed_at",
    "columns": {"changed_at": {"type": "time", "format": "%d/%m/%Y"}, "team": "text", "changes": "number"},
}
LATEST = """
-- The last word of each ticket; not "elsewhere.csv"
SELECT ticket, changed_at, t.name AS team, count(*) OVER (PARTITION BY ticket) AS changes
FROM "log.csv" JOIN "plan.xlsx#Teams" t USING (team)
QUALIFY row_number() OVER (PARTITION BY ticket ORDER BY CAST(n AS INTEGER) DESC) = 1;
"""


@pytest.fixture
def log(data: Path) -> Path:
    """A view over a log of changes, and a workbook with the teams."""
    with xlsxwriter.Workbook(data / "plan.xlsx") as book:
        book.add_worksheet("Notes")
        teams = book.add_worksheet("Teams")
        for row, values in enumerate([("team", "name"), ("1", "Desk"), ("2", "Field")]):
            teams.write_row(row, 0, values)
    lines = "ticket,n,changed_at,team\na,9,01/02/2024,1\na,10,02/02/2024,2\nb,1,03/02/2024,1\nb,2,x,1,long\n"
    (data / "log.csv").write_text(lines)
    (data.parent / "config" / "views").mkdir(parents=True)
    (data.parent / "config" / "views" / "tickets.sql").write_text(LATEST)
    return data / "log.csv"


def test_a_view_over_files_is_read_like_a_file(log: Path, open_sources: Any) -> None:
    sources = {**FOLDER, "facts": {"tickets": TICKETS}}
    warehouse = open_sources(sources)
    assert set(warehouse.columns("tickets")) == {"ticket", "changed_at", "team", "changes"}
    statement = select(*(warehouse.relation("tickets").c[name] for name in ("ticket", "team", "changes")))
    frame = warehouse.query("tickets", statement.order_by("ticket")).frame
    assert frame.values.tolist() == [["a", "Field", 2.0], ["b", "Desk", 1.0]]
    assert warehouse.rejected == {"tickets": (1, "b,2,x,1,long")}
    log.write_text(log.read_text().replace("b,1", "c,1"))
    renewed = open_sources(sources)
    found = renewed.query("tickets", select(renewed.relation("tickets").c.ticket)).frame
    assert set(found["ticket"]) == {"a", "c"}, "a changed file is read anew"


def test_a_view_sees_the_lines_in_their_order(log: Path, open_sources: Any) -> None:
    lines = "".join(f"{number},1,01/02/2024,1\n" for number in range(1, 400_001))
    log.write_text("ticket,n,changed_at,team\n" + lines)
    view = log.parent.parent / "config" / "views" / "tickets.sql"
    view.write_text('SELECT *, row_number() OVER () AS changes FROM "log.csv"')
    warehouse = open_sources({**FOLDER, "facts": {"tickets": TICKETS}})
    tickets = warehouse.relation("tickets")
    moved = select(func.count().label("moved")).where(tickets.c.ticket != tickets.c.changes)
    assert warehouse.query("tickets", moved).frame["moved"].tolist() == [0]


@pytest.mark.parametrize(
    ("view", "message"),
    [
        ('SELECT * FROM "logs.csv"', "there is no file “logs.csv”"),
        ('SELECT * FROM "../secret.csv"', "lies outside"),
        ("SELECT * FROM read_csv('secret.csv')", "disabled"),
        ("SELECT * FROM read_csv('{root}/secret.csv')", "disabled"),
        ('SELECT tickets FROM "log.csv"', "tickets"),
    ],
)
def test_a_view_sees_the_files_it_names_and_no_others(
    view: str, message: str, log: Path, open_sources: Any, tmp_path: Path
) -> None:
    (tmp_path / "secret.csv").write_text("ticket\n1\n")
    (tmp_path / "config" / "views" / "tickets.sql").write_text(view.replace("{root}", str(tmp_path)))
    with pytest.raises(WarehouseError, match=message):
        open_sources({**FOLDER, "facts": {"tickets": TICKETS}}).relation("tickets")


def test_a_file_is_read_once_until_it_is_touched(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, folder, read = data / "plan.csv", tmp_path / "kept", []
    file.write_text("a\n1\n", encoding="utf-8")
    monkeypatch.setattr(
        "broadsheet.warehouse.digests.digest", lambda path: read.append(path) or path.read_text()
    )
    remembered(file, folder)
    assert not (folder / ".digests.json").exists(), "it could be written again in the same moment"
    earlier = file.stat().st_mtime - 60
    monkeypatch.setattr("broadsheet.warehouse.digests.SETTLED", -1)
    assert [remembered(file, folder) for _ in range(3)] == ["a\n1\n"] * 3
    assert len(read) == 2
    file.write_text("a\n2\n", encoding="utf-8")
    os.utime(file, (earlier, earlier))
    # As long as before, with an older time: the time of the change itself tells it.
    assert remembered(file, folder) == "a\n2\n"
    (folder / ".digests.json").write_text("{", encoding="utf-8")
    assert remembered(file, folder) == "a\n2\n"


def test_dirty_and_clean_texts_give_the_same_values(data: Path, open_sources: Any) -> None:
    clean = ["2026-01-05", "2026-02-31", " 2026-01-05", "2026/1/5", "", "2026-01-05T10:00:00", "5"]
    numbers = ["1", "-2.5", "+3.", " 4", "1,000", "nan", "", "0x1F", "1_000", "99999999999999999999.5"]
    flags = ["true", "false", "TRUE", "yes", "0", " true", "", "maybe"]
    texts = ["a", " a", " ", "", "!", "\t"]
    for number in range(10):
        line = [column[number % len(column)] for column in (clean, numbers, numbers, flags, texts)]
        write_csv([("day", "number", "money", "flag", "text"), line], data / f"{number}.csv")
    sources = {
        f"t{number}": {
            "connection": "files",
            "file": f"{number}.csv",
            "key": "text",
            "clock": "day",
            "columns": {"day": "date", "number": "number", "money": "money", "flag": "flag", "text": "text"},
        }
        for number in range(10)
    }
    warehouse = open_sources({**FOLDER, "facts": sources})
    found = [row for number in range(10) for row in rows(warehouse, f"t{number}")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("broadsheet.warehouse.snapshots._written", lambda *_: False)
        patch.setattr("broadsheet.warehouse.cleaning._plain", lambda *_: [])
        patch.setattr("broadsheet.warehouse.snapshots.FORM", 0)
        careful = open_sources({**FOLDER, "facts": sources})
        assert [row for number in range(10) for row in rows(careful, f"t{number}")] == found
    assert careful.rejected == warehouse.rejected
    assert len(warehouse.rejected) > 5


def test_whether_every_row_leads_somewhere_is_found_out_once(data: Path, open_sources: Any) -> None:
    write_csv([("id", "day", "rep"), (1, "2026-01-05", "a"), (2, "2026-01-06", "b")], data / "sales.csv")
    write_csv([("rep", "name"), ("a", "Ada")], data / "reps.csv")
    sources = {
        **FOLDER,
        "facts": {
            "sales": {
                "connection": "files",
                "file": "sales.csv",
                "key": "id",
                "clock": "day",
                "columns": {"day": "date"},
                "link": {"rep": "rep"},
            }
        },
        "entities": {
            "rep": {"connection": "files", "file": "reps.csv", "key": "rep", "columns": {"name": "text"}}
        },
    }
    warehouse = open_sources(sources)
    assert [warehouse.complete("sales", "rep") for _ in range(2)] == [False, False]
    write_csv([("rep", "name"), ("a", "Ada"), ("b", "Bo")], data / "reps.csv")
    assert open_sources(sources).complete("sales", "rep")
    write_csv([("id", "day", "rep"), (1, "2026-01-05", "a"), (2, "2026-01-06", None)], data / "sales.csv")
    assert not open_sources(sources).complete("sales", "rep"), "a row without a link leads nowhere"
    sources["entities"]["rep"]["always"] = {"name": {"not": "Bo"}}
    assert not open_sources(sources).complete("sales", "rep")


def test_whether_a_key_is_unique_is_found_out_once(
    data: Path, open_sources: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reps = {"connection": "files", "file": "reps.csv", "key": "rep", "columns": {"name": "text"}}
    asked: list[str] = []
    query = Warehouse.query
    monkeypatch.setattr(
        Warehouse, "query", lambda self, name, select: asked.append(name) or query(self, name, select)
    )

    def unique(**more: Any) -> bool:
        warehouse = open_sources({**FOLDER, "facts": {}, "entities": {"rep": {**reps, **more}}})
        key = warehouse.relation("rep").c.rep
        several = select(key).group_by(key).having(func.count() > 1)
        return warehouse.unique("rep", several) and warehouse.unique("rep", several)

    write_csv([("rep", "name"), ("a", "Ada"), ("b", "Bo")], data / "reps.csv")
    assert unique()
    assert unique()
    assert asked == ["rep"]
    assert unique(always={"name": {"not": "Bo"}})
    assert unique(always={"name": {"not": "Bo"}})
    assert len(asked) == 3, "standing exclusions may depend on the day"
    write_csv([("rep", "name"), ("a", "Ada"), ("a", "Bo")], data / "reps.csv")
    assert not unique()
