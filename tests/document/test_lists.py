"""Blocks that list rows: what is printed of each, and what stands once above them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from broadsheet.document.blocks import questions
from broadsheet.document.blocks.listing import MOST_ROWS
from broadsheet.document.tree import Section, Table, Text
from broadsheet.metrics.question import Question, Rows
from document.build import CALENDAR, CATALOG, KPIS, WEEK, report, section

TYPES: Any = {"segment": "text", "amount": "money", "calls": "number", "closed_at": "date", "team": "text"}
ROWS = Rows(
    TYPES,
    (
        ("Harbor", 12_345.6, 2.0, date(2026, 6, 1), "Ada"),
        (None, None, 1.5, None, None),
    ),
)


def told(rows: Rows | None, n: int, **block: Any) -> Section:
    return section({"list": "stale", **block}, {"stale": lambda _: (n, n)}, rows=rows)


def cells(found: Section) -> list[list[str]]:
    assert isinstance(found.body, Table)
    return [[cell.text for cell in row.cells] for row in found.body.rows]


def test_it_asks_for_the_number_and_the_rows_of_a_workbook() -> None:
    of = report({"list": "stale", "top": 5}, where={"team": "North"})
    ((question,),) = questions(of, WEEK, CATALOG, CALENDAR)
    assert question == Question(("stale",), (WEEK,), where=of.where, rows=MOST_ROWS)


def test_every_row_has_its_values_reason_and_owner() -> None:
    found = told(ROWS, 2)
    assert isinstance(found.body, Table)
    assert [head.text for head in found.body.heads] == ["Customer", "Worth", "Calls", "Reason", "Owner"]
    assert [head.align for head in found.body.heads] == ["start", "end", "end", "start", "start"]
    assert cells(found) == [
        ["Harbor", "€12,346", "2.0", "Was to close on 1 Jun 2026", "Ada"],
        ["(not set)", "(not set)", "1.5", "Was to close on (not set)", "nobody"],
    ]
    assert [row.cells[-1].tone for row in found.body.rows] == [None, "bad"]


def test_what_all_rows_share_stands_above_them() -> None:
    assert told(ROWS, 2).title == "2 stale deals"
    assert told(ROWS, 2).caption == "W24, 8–14 June 2026. Next step: Close it"


def test_rows_beyond_the_page_stand_in_the_workbook() -> None:
    body = told(ROWS, 250, top=1).body
    assert isinstance(body, Table)
    assert [row.cells[0].text for row in body.rows] == ["Harbor"]
    assert [row.cells[0].text for row in body.further] == ["(not set)"]
    assert body.omitted == 249


def test_rows_that_are_not_printed_are_counted() -> None:
    body = told(ROWS, 250, top=2).body
    assert isinstance(body, Table)
    assert body.omitted == 248


def test_an_empty_list_is_good_news_and_no_gap() -> None:
    found = told(Rows(TYPES, ()), 0)
    assert (found.state, found.title) == ("ok", "Stale deals")
    assert found.body == Text(("No stale deals.",))


def test_times_are_told_as_they_were_in_the_zone() -> None:
    moment = datetime(2026, 6, 1, 7, 5, tzinfo=ZoneInfo("Europe/Berlin"))
    found = told(Rows({**TYPES, "closed_at": "time"}, (("Harbor", 1.0, 1.0, moment, "Ada"),)), 1)
    assert cells(found)[0][3] == "Was to close on 1 Jun 2026, 07:05"


@pytest.mark.parametrize(("value", "shown"), [(True, "yes"), (False, "no"), (None, "(not set)")])
def test_flags_are_words(value: bool | None, shown: str) -> None:
    found = told(Rows({**TYPES, "segment": "flag"}, ((value, 1.0, 1.0, None, "Ada"),)), 1)
    assert cells(found)[0][0] == shown


def test_without_an_owner_by_row_the_owner_of_the_kpi_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = KPIS["stale"].list
    assert spec is not None
    own = spec.model_copy(update={"owner": None, "next_step": "Call {segment}."})
    monkeypatch.setitem(KPIS, "stale", KPIS["stale"].model_copy(update={"list": own}))
    found = told(ROWS, 2)
    assert found.caption == "W24, 8–14 June 2026. Sales operations acts"
    assert cells(found)[0][3:] == ["Was to close on 1 Jun 2026", "Call Harbor."]
