"""Events in charts by time: which are asked for, where they are marked, and how they are told."""

from __future__ import annotations

from datetime import date

from broadsheet.document.blocks import questions
from broadsheet.document.tree import Chart, Event, Section
from broadsheet.metrics.question import Rows
from document.build import CALENDAR, CATALOG, WEEK, report, section

BLOCK = {"chart": "bar", "kpis": ["won"], "by": "week", "span": "3 weeks", "compare": [], "events": "fairs"}
TYPES = {"segment": "text", "closed_at": "date"}


def told(*rows: tuple[str, date | None], count: int = 2) -> Section:
    return section(
        BLOCK, {"won": lambda _: 5.0, "fairs": lambda _: (float(count), count)}, rows=Rows(TYPES, rows)
    )


def test_rows_are_those_of_the_whole_course() -> None:
    ((question,),) = questions(report(BLOCK), WEEK, CATALOG, CALENDAR)
    assert (question.kpis, question.rows) == (("fairs", "won"), 50)
    assert question.buckets[0].label == "2026-05-25..2026-06-14"


def test_events_are_marked_in_order_of_time_and_told_below() -> None:
    section = told(("Boat show", date(2026, 6, 12)), ("Oslo fair", date(2026, 5, 26)))
    body = section.body
    assert isinstance(body, Chart)
    assert body.events == (Event(0, "A"), Event(2, "B"))
    assert section.remarks == ("Fairs: A Oslo fair (26 May 2026); B Boat show (12 Jun 2026).",)


def test_events_that_are_not_marked_are_counted() -> None:
    rows = [(f"Fair {day}", date(2026, 6, day)) for day in range(1, 15)]
    section = told(*rows, count=20)
    body = section.body
    assert isinstance(body, Chart)
    assert [event.mark for event in body.events] == list("ABCDEFGHIJKL")
    assert section.remarks[1] == "8 further events are not marked."


def test_nothing_is_said_where_nothing_happened_or_no_day_is_known() -> None:
    for rows in ((), (("Someday", None),)):
        section = told(*rows, count=0)
        assert isinstance(section.body, Chart)
        assert (section.body.events, section.remarks) == ((), ())
