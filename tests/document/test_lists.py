"""Blocks that list rows: what is printed of each, and what stands once above them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from broadsheet.definitions.models.lists import ListSpec
from broadsheet.document.blocks import questions
from broadsheet.document.tree import Document, Section, Table, Text
from broadsheet.metrics.question import Question, Rows
from document.build import CALENDAR, CATALOG, KPIS, WEEK, document, report, section

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
    assert question == Question(("stale",), (WEEK,), where=of.where, rows=2000)


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


def test_an_empty_list_is_good_news_in_one_line() -> None:
    found = told(Rows(TYPES, ()), 0)
    assert (found.state, found.title, found.caption, found.body) == ("ok", "No stale deals", "", Text(()))


def test_an_empty_list_of_another_name_or_period_says_so() -> None:
    assert told(Rows(TYPES, ()), 0, title="To do").body == Text(("No stale deals.",))
    assert told(Rows(TYPES, ()), 0, period="month").caption == "May 2026"


def test_one_row_needs_no_number() -> None:
    assert told(Rows(TYPES, ROWS.values[:1]), 1).title == "Stale deals"


NAMED = ("Harbor", 12_345.6, 2.0, None, "Ada")


def of_one(monkeypatch: pytest.MonkeyPatch, rows: Rows, n: int, **where: Any) -> Document:
    """A report with cards and a list whose rows are named after their segment and of one team each."""
    spec = KPIS["stale"].list
    assert spec is not None
    named = spec.model_copy(update={"name": "segment", "each": "team", "kpis": {"Open": "open"}})
    rows = Rows({**TYPES, "open": "kpi"}, tuple((*row, 5.0) for row in rows.values))
    monkeypatch.setitem(KPIS, "stale", KPIS["stale"].model_copy(update={"list": named}))
    locale = where.pop("locale", "en")
    blocks = report({"kpis": ["won"]}, {"list": "stale"}, compare=[], where=where)
    return document(
        blocks, {"won": lambda *_: (5.0, 20), "stale": lambda _: (n, n)}, rows=rows, locale=locale
    )


def test_a_report_on_one_member_is_headed_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = of_one(monkeypatch, Rows(TYPES, (NAMED,)), 1, team="North")
    assert found.headline.startswith("Harbor: won")
    assert found.sections[1].title == "Harbor"
    german = of_one(monkeypatch, Rows(TYPES, (NAMED,)), 1, team="North", locale="de")
    assert german.headline.startswith("Harbor – Won amount: ")


@pytest.mark.parametrize(
    ("rows", "where"),
    [((NAMED,), {}), ((NAMED,), {"team": ["North", "South"]}), ((NAMED, NAMED), {"team": "North"})],
    ids=["all", "several members", "several rows"],
)
def test_a_report_on_more_than_one_member_bears_no_name(
    monkeypatch: pytest.MonkeyPatch, rows: tuple[Any, ...], where: dict[str, Any]
) -> None:
    assert of_one(monkeypatch, Rows(TYPES, rows), len(rows), **where).headline.startswith("Won")


def test_a_name_too_long_for_the_headline_stays_with_its_record(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "Wandering Tern Sailing School and Boat Yard Prien"
    found = of_one(monkeypatch, Rows(TYPES, ((name, *NAMED[1:]),)), 1, team="North")
    assert found.headline.startswith("Won")
    assert found.sections[1].title == name


def test_what_a_report_is_narrowed_to_needs_no_column() -> None:
    found = told(ROWS, 2, where={"team": "Ada"})
    assert [head.text for head in found.body.heads] == ["Customer", "Worth", "Calls", "Reason", "Owner"]
    same = Rows(TYPES, tuple((*row[:4], "Ada") for row in ROWS.values))
    found = told(same, 2, where={"team": "Ada"})
    assert [head.text for head in found.body.heads] == ["Customer", "Worth", "Calls", "Reason"]
    found = told(same, 2, where={"team": ["Ada", "Bo"]})
    assert len(found.body.heads) == 5


def test_a_name_is_one_of_the_columns() -> None:
    with pytest.raises(ValueError, match="names the rows, but is no column"):
        ListSpec(columns={"Customer": "segment"}, name="team", reason="R", next_step="N")


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
