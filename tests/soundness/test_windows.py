"""Windows between two times: what is not decided yet neither flatters nor shames a rate."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isnan
from typing import Any

import pytest
from pydantic import ValidationError

from broadsheet.metrics import EMPTY, Question, describe
from metrics.small import Make, at, catalog, condition, day, table

FACTS: dict[str, Any] = {
    "cases": {
        "key": "id",
        "clock": "created_at",
        "columns": {
            "id": "number",
            "created_at": "time",
            "resolved_at": "time",
            "due_at": "time",
            "priority": "text",
            "done_on": "date",
        },
    },
    "tasks": {
        "key": "id",
        "clock": "opened_on",
        "columns": {"id": "number", "opened_on": "date", "done_on": "date", "done_at": "time"},
    },
}
LIMITS = {"by": "priority", "P1": "8 hours", "P2": "24 hours", "else": "72 hours"}
IN_LIMIT = {"resolved_at": {"within": LIMITS, "of": "created_at"}}
KPIS: dict[str, Any] = {
    "in_limit": {"share": "cases", "where": IN_LIMIT, "of": "matured"},
    "in_limit_of_all": {"share": "cases", "where": IN_LIMIT},
    "classed": {
        "share": "cases",
        "where": {"resolved_at": {"within": {"by": "priority", "P1": "8 hours"}, "of": "created_at"}},
        "of": "matured",
    },
    "in_time": {
        "share": "cases",
        "where": {"resolved_at": {"at_most": {"column": "due_at"}}},
        "of": "matured",
    },
    "quick": {"count": "cases", "where": {"resolved_at": {"within": "2 hours", "of": "created_at"}}},
    "old": {"count": "cases", "mature": "90 days"},
    "solved": {"share": "cases", "where": {"resolved_at": "present"}, "mature": "30 days"},
    "done": {
        "share": "tasks",
        "where": {"done_on": {"within": "2 days", "of": "opened_on"}},
        "of": "matured",
    },
    "tasks": {"count": "tasks", "mature": "2 days"},
    "done_at": {"count": "tasks", "where": {"done_at": {"within": "1 day", "of": "opened_on"}}},
}
CATALOG = catalog(
    FACTS, KPIS, dimensions={"priority": {"via": {"cases": "priority"}}}, timezone="Europe/Berlin"
)
AS_OF = datetime(2026, 3, 10, 12, tzinfo=UTC)


def _case(
    number: int, created: str, resolved: str | None, priority: str | None, due: str | None = None
) -> Any:
    return number, at(created), resolved and at(resolved), due and at(due), priority, None


CASES = [
    _case(1, "2026-03-09 08:00", "2026-03-09 16:00", "P1"),  # in 8 hours to the second: kept
    _case(2, "2026-03-09 08:00", "2026-03-09 16:01", "P1"),  # a minute late: missed
    _case(3, "2026-03-10 08:00", None, "P1"),  # four hours old: still running
    _case(4, "2026-03-10 03:59", None, "P1"),  # open past its limit: missed
    _case(5, "2026-03-09 13:00", None, "P2"),  # 23 hours old: still running
    _case(6, "2026-03-09 11:00", None, "P2"),  # 25 hours old: missed
    _case(7, "2026-03-09 13:00", "2026-03-09 14:00", None),  # no class: the limit of the others, kept
    _case(8, "2026-03-10 10:00", "2026-03-10 15:00", "P1"),  # resolved after the report: not yet
    _case(9, "2026-03-10 09:00", "2026-03-10 08:00", "P1"),  # ended before it began: never within
]


def test_only_decided_rows_are_judged_and_running_ones_are_counted_apart(make: Make) -> None:
    store = make(CATALOG, {"cases": CASES})
    question = Question(
        ("in_limit", "in_limit_of_all"), (store.period("2026-03"),), ("priority",), ((), ("priority",))
    )
    found = store.ask(question, as_of=AS_OF)[0]
    # Kept 1, 7; missed 2, 4, 6, 9; running 3, 5, 8.
    assert found.value("in_limit") == pytest.approx(2 / 6)
    assert table(found, "in_limit", "priority") == {"P1": 0.25, "P2": 0, EMPTY: 1}
    assert found.pending == {"in_limit": 3}
    assert found.value("in_limit_of_all") == pytest.approx(2 / 9)


def test_the_same_report_made_later_for_then_gives_the_same_numbers(make: Make) -> None:
    store = make(CATALOG, {"cases": CASES})
    later = store.ask(
        Question(("in_limit",), (store.period("2026-03"),)), as_of=datetime(2026, 4, 1, tzinfo=UTC)
    )[0]
    # By then 8 was kept, 3 and 5 are missed, and nothing runs.
    assert later.value("in_limit") == pytest.approx(3 / 9)
    assert later.pending == {"in_limit": 0}


def test_counting_only_the_resolved_would_flatter(make: Make) -> None:
    rows = [_case(1, "2026-03-01 08:00", "2026-03-01 09:00", "P1")]
    rows += [_case(i, "2026-03-01 08:00", None, "P1") for i in range(2, 6)]
    store = make(CATALOG, {"cases": rows})
    found = store.ask(Question(("in_limit",), (store.period("2026-03"),)), as_of=AS_OF)[0]
    assert found.value("in_limit") == 0.2


def test_rows_without_a_limit_are_not_judged(make: Make) -> None:
    store = make(CATALOG, {"cases": CASES})
    found = store.ask(
        Question(("classed",), (store.period("2026-03"),), ("priority",), ((), ("priority",))), as_of=AS_OF
    )[0]
    assert found.value("classed") == 0.25
    assert found.pending == {"classed": 2}
    assert isnan(
        store.ask(Question(("in_limit",), (store.period("2025-03"),)), as_of=AS_OF)[0].value("in_limit")
    )


def test_a_limit_may_stand_in_a_column(make: Make) -> None:
    rows = [
        _case(1, "2026-03-01 08:00", "2026-03-02 08:00", None, "2026-03-02 08:00"),  # on the dot: kept
        _case(2, "2026-03-01 08:00", None, None, "2026-03-09 08:00"),  # overdue: missed
        _case(3, "2026-03-01 08:00", None, None, "2026-03-11 08:00"),  # not due yet: running
        _case(4, "2026-03-01 08:00", "2026-03-09 08:00", None, "2026-03-11 08:00"),  # early: kept
        _case(5, "2026-03-01 08:00", None, None, None),  # no limit: not judged
    ]
    store = make(CATALOG, {"cases": rows})
    found = store.ask(Question(("in_time",), (store.period("2026-03"),)), as_of=AS_OF)[0]
    assert found.value("in_time") == pytest.approx(2 / 3)
    assert found.pending == {"in_time": 1}


def test_a_window_is_elapsed_time_over_a_change_of_clocks(make: Make) -> None:
    # On 29 March 2026 the clocks of Berlin go from two to three: stored in local time, two hours show as three.
    rows = [
        _case(1, "2026-03-29 01:30", "2026-03-29 04:30", None),
        _case(2, "2026-03-28 01:30", "2026-03-28 04:30", None),
    ]
    local = catalog(FACTS, KPIS, timezone="Europe/Berlin", naive_timestamps="Europe/Berlin")
    store = make(local, {"cases": rows})
    assert store.value("quick", "2026-03") == 1
    store = make(CATALOG, {"cases": rows})
    assert store.value("quick", "2026-03") == 0


def test_young_cohorts_are_left_out_and_counted(make: Make) -> None:
    rows = [
        _case(1, "2025-12-10 12:00", "2025-12-11 12:00", None),  # 90 days to the second
        _case(2, "2025-12-10 12:01", None, None),
        _case(3, "2026-02-08 12:00", None, None),  # 30 days to the second
        _case(4, "2026-02-08 12:01", "2026-02-09 12:00", None),
    ]
    store = make(CATALOG, {"cases": rows})
    question = Question(("old", "solved"), (store.period("2025-01-01..2026-12-31"), store.period("2026-02")))
    found = store.ask(question, as_of=AS_OF)[0]
    assert [found.value("old", i) for i in (0, 1)] == [1, 0]
    assert found.value("solved") == pytest.approx(1 / 3)
    assert found.value("solved", 1) == 0
    assert found.pending == {"old": 3, "solved": 1}


def test_the_last_day_of_a_window_of_days_must_be_over(make: Make) -> None:
    rows = [
        (1, day("2026-03-06"), day("2026-03-08"), None),  # on the last day: kept
        (2, day("2026-03-06"), day("2026-03-09"), None),  # a day late
        (3, day("2026-03-07"), None, None),  # its last day was yesterday: missed
        (4, day("2026-03-08"), None, None),  # its last day is today: running
    ]
    store = make(CATALOG, {"tasks": rows})
    found = store.ask(Question(("done", "tasks"), (store.period("2026-03"),)), as_of=AS_OF)[0]
    assert found.value("done") == pytest.approx(1 / 3)
    assert found.value("tasks") == 3
    assert found.pending == {"done": 1, "tasks": 1}


def test_a_date_stands_for_its_local_midnight(make: Make) -> None:
    # Midnight of 6 March in Berlin is 23:00 UTC of the 5th; a day later is 23:00 of the 6th.
    rows = [
        (1, day("2026-03-06"), None, at("2026-03-06 23:00")),
        (2, day("2026-03-06"), None, at("2026-03-06 23:01")),
        (3, day("2026-03-06"), None, at("2026-03-05 22:59")),
    ]
    store = make(CATALOG, {"tasks": rows})
    assert store.value("done_at", "2026-03") == 1


@pytest.mark.parametrize(
    ("kpi", "what"),
    [
        ({"share": "cases", "where": {"resolved_at": "present"}, "of": "matured"}, "needs a limit"),
        ({"count": "cases", "where": {"resolved_at": {"within": "3 months", "of": "created_at"}}}, "no length"),
        ({"count": "cases", "where": {"resolved_at": {"within": "3 days"}}}, "a window is"),
        ({"count": "cases", "where": {"resolved_at": {"within": {"P1": "1 day"}, "of": "x"}}}, "need the column"),
        ({"count": "cases", "where": {"resolved_at": {"within": {"by": "p"}, "of": "x"}}}, "at least one class"),
        ({"share": "cases", "where": IN_LIMIT, "of": "matured", "mature": "9 days"}, "is of: matured"),
        ({"formula": "1 + 1", "mature": "9 days"}, "belongs to"),
    ],
)  # fmt: skip
def test_windows_that_make_no_sense_are_refused(kpi: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        catalog(FACTS, {"bad": kpi})


def test_a_window_is_no_condition_of_a_question(make: Make) -> None:
    store = make(CATALOG, {"cases": CASES})
    where = condition(priority={"within": "3 days", "of": "created_at"})
    with pytest.raises(AssertionError, match="compares columns"):
        store.ask(Question(("old",), (store.period("2026-03"),), where=where))


def test_limits_are_told_in_words() -> None:
    (share,), (count,) = describe("in_limit", CATALOG), describe("old", CATALOG)
    assert share.startswith(
        "share of cases where resolved_at is at most (priority: P1 8 hours, P2 24 hours, else 72 hours) after "
    )
    assert "decided or past their limit at the date of the report, the others counted apart" in share
    assert "only of rows at least 90 days old at the date of the report, younger ones counted apart" in count
