"""Conversions: every follower counts for one row only, the latest before it, and no row meets every other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from broadsheet.metrics import EMPTY, Question, describe
from metrics.small import Make, at, catalog, condition, day, table

FACTS: dict[str, Any] = {
    "visits": {
        "key": ["day_no", "no"],
        "clock": "came_at",
        "columns": {
            "day_no": "number",
            "no": "number",
            "person": "text",
            "session": "text",
            "ad": "text",
            "came_at": "time",
        },
        "always": {"ad": {"not": "robot"}},
    },
    "purchases": {
        "key": "id",
        "clock": "bought_at",
        "columns": {
            "id": "number",
            "bought_at": "time",
            "person": "text",
            "session": "text",
            "kind": "text",
            "paid_on": "date",
        },
    },
}
PAIR = {"of": "visits", "into": "purchases", "same": "person"}
KPIS: dict[str, Any] = {
    "ever": {"conversion": PAIR},
    "soon": {"conversion": {**PAIR, "within": "2 days"}},
    "same_session": {"conversion": {**PAIR, "same": ["person", "session"]}},
    "gifts": {"conversion": {**PAIR, "where": {"kind": "gift"}}},
    "from_mail": {"conversion": PAIR, "where": {"ad": "mail"}},
    "paid": {"conversion": {**PAIR, "clock": "paid_on", "within": "2 days"}},
    "settled": {"conversion": {**PAIR, "within": "2 days"}, "mature": "2 days"},
    "visits": {"count": "visits"},
    "gift_part": {"formula": "gifts / ever"},
}
CATALOG = catalog(FACTS, KPIS, dimensions={"ad": {"via": {"visits": "ad"}}})


def _visit(no: int, time: str, person: str | None, ad: str | None = None, session: str | None = None) -> Any:
    return 1, no, person, session, ad, at(f"2026-03-{time}")


def _bought(
    no: int,
    time: str,
    person: str | None,
    kind: str | None = None,
    session: str | None = None,
    paid: str = "01",
) -> Any:
    return no, at(f"2026-03-{time}"), person, session, kind, day(f"2026-03-{paid}")


VISITS = [
    _visit(1, "02 10:00", "ann", "mail", "s1"),
    _visit(2, "03 10:00", "ann", "search", "s2"),
    _visit(3, "03 10:00", "ann", "mail", "s3"),  # a tie with 2, which has the smaller key
    _visit(4, "04 10:00", "bob", None, "s4"),
    _visit(5, "05 10:00", None, "mail", "s5"),
    _visit(6, "06 10:00", "cid", "robot", "s6"),  # left out by the fact's own rule
    _visit(7, "07 10:00", "dee", "mail", "s7"),
]
PURCHASES = [
    _bought(1, "02 09:59", "ann", None, "s1"),  # before any visit
    _bought(2, "02 10:00", "ann", "gift", "s1"),  # in the very moment of visit 1
    _bought(3, "05 09:59", "ann", None, "s3"),  # not two days after the tie
    _bought(4, "05 10:00", "ann", "gift", "s1"),  # exactly two days: too late for `soon`
    _bought(5, "30 10:00", "bob", None, "s9"),
    _bought(6, "06 11:00", None, None, "s5"),  # nobody's, and not that of visit 5
    _bought(7, "06 11:00", "cid", None, "s6"),
    _bought(8, "07 09:00", "eve", None, "s7"),  # never visited
]
MONTH = "2026-03"


def test_each_purchase_counts_for_the_latest_visit_before_it(make: Make) -> None:
    store = make(CATALOG, {"visits": VISITS, "purchases": PURCHASES})
    kpis = ("ever", "soon", "same_session", "gifts", "visits")
    found = store.ask(Question(kpis, (store.period(MONTH),), ("ad",), ((), ("ad",))))[0]
    # Six visits. Of visit 1: purchase 2. Of visit 2: 3 and 4. Of visit 4: 5.
    assert [found.value(kpi) * 6 for kpi in kpis] == pytest.approx([4, 2, 3, 2, 36])
    assert table(found, "ever", "ad") == pytest.approx({"mail": 1 / 4, "search": 2, EMPTY: 1})
    assert table(found, "soon", "ad") == pytest.approx({"mail": 1 / 4, "search": 1, EMPTY: 0})
    # In its own session, purchase 3 is that of visit 3, and 4 that of visit 1.
    assert table(found, "same_session", "ad") == pytest.approx({"mail": 3 / 4, "search": 0, EMPTY: 0})


def test_conditions_of_the_kpi_say_who_is_followed_those_of_a_report_who_is_shown(make: Make) -> None:
    store = make(CATALOG, {"visits": VISITS, "purchases": PURCHASES})
    mail = condition(ad="mail")
    shown = store.ask(Question(("ever", "from_mail"), (store.period(MONTH),), where=mail))[0]
    assert shown.value("ever") == 1 / 4
    # Of visits by mail alone, 3 is the latest one before the purchases of the fifth.
    assert shown.value("from_mail") == 3 / 4


def test_periods_take_the_visits_and_all_that_followed_them_so_far(make: Make) -> None:
    store = make(CATALOG, {"visits": VISITS, "purchases": PURCHASES})
    days = tuple(store.period(f"2026-03-0{number}") for number in (2, 3, 4))
    question = Question(("ever", "settled"), days)
    found, early = store.ask(question)[0], store.ask(question, as_of=datetime(2026, 3, 5, 10, tzinfo=UTC))[0]
    assert [found.value("ever", i) for i in range(3)] == [1, 1, 1]
    assert [early.value("ever", i) for i in range(3)] == [1, 1, 0]
    # Visits of the third are two days old by then, that of the fourth is not.
    assert [early.value("settled", i) for i in range(2)] == [1, 0.5]
    assert (early.pending, early.reason("settled", 2)) == ({"settled": 1}, "no_rows")


def test_a_date_and_a_time_meet_by_day(make: Make) -> None:
    visits = [_visit(1, "02 18:00", "ann"), _visit(2, "04 09:00", "ann")]
    paid = [
        _bought(1, "01 00:00", "ann", paid="03"),
        _bought(2, "01 00:00", "ann", paid="04"),
        _bought(3, "01 00:00", "ann", paid="06"),
    ]
    store = make(CATALOG, {"visits": visits, "purchases": paid})
    # On the third: visit 1. On the fourth: visit 2, of the same day. On the sixth two days have passed.
    days = (store.period("2026-03-02"), store.period("2026-03-04"))
    found = store.ask(Question(("paid",), days))[0]
    assert [found.value("paid", i) for i in (0, 1)] == [1, 1]


def test_formulas_and_totals_take_conversions_anew(make: Make) -> None:
    store = make(CATALOG, {"visits": VISITS, "purchases": PURCHASES})
    assert store.value("gift_part", MONTH) == pytest.approx(2 / 4)
    assert store.reason("ever", "2025-03") == "no_rows"


@pytest.mark.parametrize("seed", range(3))
def test_many_rows_agree_with_meeting_everyone(make: Make, seed: int) -> None:
    random = Random(seed)
    start = datetime(2026, 3, 1)
    moments = [start + timedelta(hours=6 * random.randrange(80)) for _ in range(160)]
    visits = [(1, i, random.choice("abcd"), None, random.choice(("x", "y")), moments[i]) for i in range(100)]
    bought = [(i, moments[i], random.choice("abcde"), None, None, None) for i in range(100, 160)]
    store = make(CATALOG, {"visits": visits, "purchases": bought})
    counts = {"x": 0, "y": 0}
    for _, then, person, *_ in bought:
        before = [
            row for row in visits if row[2] == person and row[5] <= then and then - row[5] < timedelta(days=2)
        ]
        if before:
            counts[min(before, key=lambda row: (start - row[5], row[1]))[4]] += 1
    found = store.ask(Question(("soon", "visits"), (store.period(MONTH),), ("ad",), (("ad",),)))[0]
    sizes = table(found, "visits", "ad")
    assert {ad: rate * sizes[ad] for ad, rate in table(found, "soon", "ad").items()} == pytest.approx(counts)


def test_a_conversion_is_told_in_words() -> None:
    (text,) = describe("soon", CATALOG)
    assert text == (
        "mean of the number of purchases that follow each of visits, counted for the latest of the same person at "
        "or before and less than 2 days before, by came_at"
    )
