"""What stands when a period ends, how old it is by then, and attributes as they were then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.metrics import EMPTY, OTHER, Question, Top
from metrics.small import Make, Store, at, catalog, day, table

FACTS: dict[str, Any] = {
    "cases": {
        "key": "id",
        "clock": "opened",
        "currency": "currency",
        "columns": {"id": "number", "opened": "time", "closed": "time", "due": "date", "fee": "money",
                    "currency": "text", "who": "text", "odds": "number"},
        "link": {"owner": {"to": "owners", "by": "who"}, "stage": {"to": "stages", "by": "id"}},
    },
}  # fmt: skip
ENTITIES: dict[str, Any] = {
    "owners": {"key": "who", "valid": ["since", "until"],
               "columns": {"who": "text", "team": "text", "born": "date", "since": "time", "until": "time"}},
    "stages": {"key": "id", "valid": ["since", "until"], "currency": "currency",
               "columns": {"id": "number", "value": "money", "odds": "number", "currency": "text",
                           "since": "date", "until": "date"}},
    "rates": {"key": "currency", "valid": ["since", "until"],
              "columns": {"currency": "text", "rate": "number", "since": "date", "until": "date"}},
}  # fmt: skip
STANDS = {"begins": "opened", "ends": "closed"}
KPIS: dict[str, Any] = {
    "open": {"balance": "cases", **STANDS},
    "count": {"count": "cases", **STANDS},
    "ids": {"sum": "cases.id", **STANDS},
    "mean_id": {"mean": "cases.id", **STANDS},
    "median_id": {"median": "cases.id", **STANDS},
    "people": {"distinct": "cases.who", **STANDS},
    "share_odd": {"share": "cases", "where": {"odds": 1}, **STANDS},
    "age": {"median": {"days": ["cases.opened", "period_end"]}, **STANDS},
    "work_age": {"sum": {"business_hours": ["cases.opened", "period_end"]}, **STANDS},
    "since_due": {"sum": {"days": ["cases.due", "period_end"]}},
    "young_age": {"sum": {"days": ["cases.opened", "period_end"]}},
    "overdue": {"count": "cases", "where": {"due": {"before": "period_end"}}, **STANDS},
    "past_due": {"balance": "cases", "begins": "due", "ends": "closed"},
    "due_later": {"count": "cases", "where": {"due": {"after": "period_end"}}, **STANDS},
    "month_old": {"sum": "cases.id", **STANDS,
                  "where": {"opened": {"age": {"at_least": "1 month", "below": "60 days"}}}},
    "due_soon": {"sum": "cases.id", "where": {"due": {"ahead": {"at_most": "7 days"}}}},
    "left": {"sum": "cases.id", "where": {"closed": {"before": "period_end"}}},
    "ever": {"count": "cases", "begins": "opened", "ends": "never"},
    "fees": {"sum": "cases.fee", **STANDS, "unit": "money"},
    "opened_ids": {"sum": "cases.id"},
    "then": {"sum": "cases.stage.value", "as": "period_end", "unit": "money"},
    "now_standing": {"sum": "cases.stage.value", "as": "period_end", "unit": "money", **STANDS},
    "first": {"sum": "cases.stage.value", "unit": "money"},
    "weighted": {"sum": {"product": ["cases.stage.value", "cases.stage.odds"]}, "as": "period_end",
                 "where": {"stage.odds": {"at_most": 1}}, "unit": "money", **STANDS},
    "north": {"count": "cases", "where": {"owner.team": "North"}, "as": "period_end"},
}  # fmt: skip
DIMENSIONS: dict[str, Any] = {
    "team": {"via": "owner.team"},
    "team_end": {"via": "owner.team", "as": "period_end"},
    "team_now": {"via": "owner.team", "as": "today"},
    "waiting": {"via": "opened", "age": "days", "as": "period_end",
                "bands": [{"label": "up to a week", "below": 8}, {"label": "longer", "from": 8}]},
    "years": {"via": "owner.born", "age": "years"},
    "years_end": {"via": "owner.born", "age": "years", "as": "period_end"},
    "years_now": {"via": "owner.born", "age": "years", "as": "today"},
}  # fmt: skip
NOBODY = ("Ann", "North", day("2000-02-29"), None, None)


def _case(number: int, opened: str, closed: str | None = None, **more: Any) -> tuple[Any, ...]:
    given = {"due": None, "fee": None, "currency": None, "who": "Ann", "odds": None, **more}
    return (number, at(opened), closed and at(closed), *given.values())


def _make(make: Make, *cases: tuple[Any, ...], **tables: list[tuple[Any, ...]]) -> Store:
    definitions = catalog(
        FACTS,
        KPIS,
        entities=ENTITIES,
        dimensions=DIMENSIONS,
        timezone="Europe/Berlin",
        working_hours="09:00-17:00",
    )
    definitions.settings.__dict__["rates"] = "rates"
    owners = tables.pop("owners", [NOBODY])
    return make(definitions, {"cases": list(cases), "owners": owners, "stages": [], "rates": [], **tables})


def test_every_measure_can_be_taken_of_what_stands(make: Make) -> None:
    store = _make(
        make,
        _case(1, "2026-01-10", "2026-02-10", who="Ann", odds=1),
        _case(2, "2026-01-20", None, who="Bob", odds=1),
        _case(4, "2026-02-20", "2026-03-31 21:59", who="Bob"),  # closed in the last minute of March
        _case(8, "2026-02-28 22:59", "2026-03-31 22:00", who=None),  # opened and closed just in time
        _case(16, "2026-02-28 23:00", None, who="Ann"),  # midnight: of March
        _case(32, "2026-03-31 22:00", None),  # of April
    )
    kpis = ("open", "count", "ids", "mean_id", "median_id", "people", "share_odd", "ever")
    labels = ("2026-01", "2026-02", "2026-03", "2026-Q1", "2026-W05", "2026")
    (answer,) = store.ask(Question(kpis, tuple(map(store.period, labels))))
    found = {label: [answer.value(kpi, i) for kpi in kpis] for i, label in enumerate(labels)}
    march = [3, 3, 26, 26 / 3, 8, 2, 1 / 3, 5]
    assert found == {
        "2026-01": [2, 2, 3, 1.5, 1.5, 2, 1, 2],
        "2026-02": [3, 3, 14, 14 / 3, 4, 1, 1 / 3, 4],
        "2026-03": march,
        "2026-Q1": march,
        "2026-W05": [2, 2, 3, 1.5, 1.5, 2, 1, 2],
        "2026": [3, 3, 50, 50 / 3, 16, 2, 1 / 3, 6],
    }
    # What adds up, what does not, and what never ends: overlapping periods come out of the same statements.
    assert len(store.sent) == 3


def test_ages_run_up_to_the_end_of_the_period_or_to_the_report(make: Make) -> None:
    store = _make(make, _case(1, "2026-03-01 11:00"), _case(2, "2026-03-30 22:00"), _case(3, "2026-04-02"))
    # Clocks went forward in March: 31 days less an hour, less half a day.
    assert store.value("age", "2026-03") == pytest.approx((30 + 11 / 24 + 1) / 2)
    assert store.value("young_age", "2026-03") == pytest.approx(30 + 11 / 24 + 1)
    assert store.value("young_age", "2026-W10") == 0
    assert store.value("young_age", "2026-W09") == pytest.approx(12 / 24 - 1 / 24 + 1 / 24)
    # The last of March is a Tuesday: eight hours for the second case, and 22 working days for the first.
    assert store.value("work_age", "2026-03") == 8 * 22 + 8
    (answer,) = store.ask(
        Question(("young_age",), (store.period("2026-03"),)), as_of=datetime(2026, 3, 31, 10, tzinfo=UTC)
    )
    assert answer.value("young_age") == pytest.approx(30 - 1 / 24 + 0.5), (
        "an open period ends where the report does"
    )


def test_quarters_are_not_made_of_months(make: Make) -> None:
    store = _make(make, _case(1, "2026-01-31 12:00"), _case(2, "2026-03-31 12:00"))
    labels = ("2026-01", "2026-02", "2026-03", "2026-Q1")
    (answer,) = store.ask(Question(("young_age",), tuple(map(store.period, labels))))
    found = [round(answer.value("young_age", i) * 24, 6) for i in range(4)]
    assert found == [11, 0, 10, 10 + 24 * 59 + 10]


def test_conditions_that_lie_before_or_after_the_end(make: Make) -> None:
    store = _make(
        make,
        _case(1, "2024-01-31 12:00", due=day("2024-02-29")),
        _case(2, "2024-02-01 12:00", due=day("2024-03-01")),
        _case(4, "2023-12-31 12:00", due=day("2024-03-07")),
        _case(8, "2024-02-03 12:00", "2024-02-29 22:59", due=day("2024-03-08")),
        _case(16, "2024-02-05 12:00"),
    )
    # 1 March 2024 is the end; a month before it is 1 February, sixty days before it is 1 January.
    assert store.value("overdue", "2024-02") == 1, "due on the leap day"
    assert store.value("due_later", "2024-02") == 2
    assert store.value("month_old", "2024-02") == 1
    assert store.value("due_soon", "2024-02") == 2 + 8, "up to 8 March"
    assert store.value("due_soon", "2023-12") == 0
    assert store.value("left", "2024-02") == 8
    assert store.value("left", "2024-W09") == 0
    midway = datetime(2024, 3, 1, 12, tzinfo=UTC)
    (answer,) = store.ask(Question(("overdue", "due_later"), (store.period("2024-03"),)), as_of=midway)
    assert (answer.value("overdue"), answer.value("due_later")) == (1, 2), "what is due today is not overdue"


def test_what_is_due_on_the_last_day_is_past_due_when_it_is_over(make: Make) -> None:
    store = _make(
        make,
        _case(1, "2024-03-01 10:00", due=day("2024-03-14")),
        _case(2, "2024-03-01 10:00", due=day("2024-03-15")),
        _case(3, "2024-03-01 10:00", due=day("2024-03-16")),
        _case(4, "2024-03-01 10:00", "2024-03-15 12:00", due=day("2024-03-14")),
    )
    assert store.value("past_due", "2024-03-14") == 2
    assert store.value("past_due", "2024-03-15") == 2, "the second is, the fourth was closed"
    # The same day, and the month, while they still run: what is due today is in time until tonight.
    morning = datetime(2024, 3, 15, 7, tzinfo=UTC)
    for label in ("2024-03-15", "2024-03"):
        (answer,) = store.ask(Question(("past_due",), (store.period(label),)), as_of=morning)
        assert answer.value("past_due") == 2, "the first and the fourth, which is closed at noon"


def test_a_row_that_begins_after_the_end_is_faulty(make: Make) -> None:
    store = _make(
        make, _case(1, "2026-03-01", due=day("2026-03-21")), _case(2, "2026-03-02", due=day("2026-04-02"))
    )
    (answer,) = store.ask(Question(("since_due",), tuple(map(store.period, ("2026-03", "2026-W10")))))
    assert (answer.value("since_due"), answer.value("since_due", 1)) == (11, 0)
    assert answer.faults == {"since_due": 1}


def test_attributes_are_those_of_the_event_of_the_end_or_of_today(make: Make) -> None:
    owners = [
        ("Ann", "North", None, None, at("2026-02-10 09:00")),
        ("Ann", "South", None, at("2026-02-10 09:00"), at("2026-03-31 22:00")),
        ("Ann", "West", None, at("2026-03-31 22:00"), None),
        ("Bob", "North", None, None, None),
    ]
    store = _make(
        make,
        _case(1, "2026-01-10", "2026-02-05"),
        _case(2, "2026-02-09"),
        _case(4, "2026-02-11", who="Bob"),
        _case(8, "2026-03-05"),
        _case(16, "2026-03-05", who="Eve"),
        owners=owners,
    )
    periods = tuple(map(store.period, ("2026-02", "2026-03", "2026-Q1")))
    names = ("team", "team_end", "team_now")
    given = dict(
        zip(
            names,
            store.ask(*(Question(("opened_ids", "ids"), periods, (name,), ((), (name,))) for name in names)),
            strict=True,
        )
    )
    assert table(given["team"], "opened_ids", "team", bucket=2) == {"North": 7, "South": 8, EMPTY: 16}
    assert table(given["team_end"], "opened_ids", "team_end", bucket=0) == {"North": 4, "South": 2, EMPTY: 0}
    assert table(given["team_end"], "opened_ids", "team_end", bucket=2) == {
        "North": 4,
        "South": 11,
        EMPTY: 16,
    }
    assert table(given["team_now"], "opened_ids", "team_now", bucket=2) == {"North": 4, "West": 11, EMPTY: 16}
    assert table(given["team_end"], "ids", "team_end", bucket=2) == {"North": 4, "South": 10, EMPTY: 16}
    assert {answer.value("opened_ids", 2) for answer in given.values()} == {31}
    assert store.value("opened_ids", "2026-Q1", team_end="South") == 11
    assert store.value("north", "2026-Q1") == 1
    assert store.value("north", "2026-01") == 1
    top = Question(
        ("opened_ids",), periods[2:], ("team_end",), (("team_end",),), top=Top("team_end", "opened_ids", 1)
    )
    assert table(store.ask(top)[0], "opened_ids", "team_end") == {EMPTY: 16, OTHER: 15}


def test_a_version_that_begins_at_the_end_belongs_to_the_next_period(make: Make) -> None:
    stages = [
        (1, 10, None, None, day("2026-01-05"), day("2026-02-01")),
        (1, 20, None, None, day("2026-02-01"), day("2026-03-31")),
        (1, 40, None, None, day("2026-03-31"), None),
    ]
    store = _make(make, _case(1, "2026-01-05 12:00"), stages=stages)
    months = tuple(map(store.period, ("2026-01", "2026-02", "2026-03", "2026-Q1")))
    (answer,) = store.ask(Question(("then", "now_standing", "first"), months))
    assert [answer.value("now_standing", i) for i in range(4)] == [10, 20, 40, 40]
    assert [answer.value("then", i) for i in range(4)] == [10, 0, 0, 40], "it was opened in January"
    assert [answer.value("first", i) for i in range(4)] == [10, 0, 0, 10]
    today = datetime(2026, 3, 31, 8, tzinfo=UTC)
    (answer,) = store.ask(Question(("now_standing",), (store.period("2026-03"),)), as_of=today)
    assert answer.value("now_standing") == 40, "an open period knows what began today"


def test_what_stands_is_taken_at_the_rate_of_the_end_the_rest_at_that_of_its_event(make: Make) -> None:
    rates = [
        ("USD", 2, day("2026-01-01"), day("2026-01-31")),
        ("USD", 3, day("2026-01-31"), day("2026-02-01")),
        ("USD", 5, day("2026-02-01"), day("2026-02-28")),
    ]
    stages = [(1, 100, None, "USD", day("2026-01-01"), None)]
    store = _make(make, _case(1, "2026-01-05", fee=10, currency="USD"), stages=stages, rates=rates)
    labels = ("2026-01", "2026-02", "2026-W06")
    (answer,) = store.ask(Question(("fees", "now_standing", "then"), tuple(map(store.period, labels))))
    assert [answer.value("fees", i) for i in range(3)] == [30, 0, 50]
    assert [answer.value("now_standing", i) for i in range(3)] == [300, 0, 500], (
        "the entity names its currency"
    )
    assert [answer.value("then", i) for i in range(3)] == [200, 0, 0]
    assert answer.faults == {"fees": 1, "now_standing": 1}, "28 February has no rate"


def test_products_are_taken_row_by_row(make: Make) -> None:
    stages = [
        (1, 100, 1, "USD", day("2026-01-01"), None),
        (2, 50, 0, None, day("2026-01-01"), None),
        (3, 70, None, None, day("2026-01-01"), None),
        (4, 90, 3, None, day("2026-01-01"), None),
        (5, 30, 1, None, day("2026-01-01"), None),
    ]
    cases = [_case(number, "2026-01-05") for number in range(1, 6)]
    store = _make(make, *cases, stages=stages, rates=[("USD", 2, day("2026-01-01"), None)])
    assert store.value("weighted", "2026-01") == 230, (
        "without odds, or with impossible ones, a row is in no sum"
    )


def test_ages_of_people_turn_on_the_birthday(make: Make) -> None:
    owners = [("Ann", None, day("2000-02-29"), None, None), ("Bob", None, day("1990-03-31"), None, None),
              ("Eve", None, None, None, None)]  # fmt: skip
    store = _make(
        make,
        _case(1, "2026-02-28 12:00", who="Ann"),
        _case(2, "2026-03-01 12:00", who="Ann"),
        _case(4, "2026-03-30 21:00", who="Bob"),
        _case(8, "2026-03-30 22:30", who="Bob"),  # half past midnight on the birthday
        _case(16, "2026-03-30 22:30", who="Eve"),
        owners=owners,
    )
    quarter = (store.period("2026-Q1"), store.period("2026-02"))
    names = ("years", "years_end", "years_now")
    questions = [Question(("opened_ids",), quarter, (name,), ((name,),)) for name in names]
    event, end, now = store.ask(*questions, as_of=datetime(2027, 3, 30, tzinfo=UTC))
    assert table(event, "opened_ids", "years") == {"25": 1, "26": 2, "35": 4, "36": 8, EMPTY: 16}
    assert table(end, "opened_ids", "years_end") == {"25": 0, "26": 3, "36": 12, EMPTY: 16}
    assert table(end, "opened_ids", "years_end", bucket=1) == {"25": 1, "26": 0, "36": 0, EMPTY: 0}
    assert table(now, "opened_ids", "years_now") == {"27": 3, "36": 12, EMPTY: 16}


def test_classes_of_age_at_the_end(make: Make) -> None:
    store = _make(
        make, _case(1, "2026-03-23 23:30"), _case(2, "2026-03-24 21:30"), _case(4, "2026-03-22 22:30")
    )
    months = (store.period("2026-03"), store.period("2026-04"))
    (answer,) = store.ask(Question(("ids",), months, ("waiting",), ((), ("waiting",))))
    assert table(answer, "ids", "waiting") == {"up to a week": 3, "longer": 4}
    assert table(answer, "ids", "waiting", bucket=1) == {"up to a week": 0, "longer": 7}


BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = st.integers(0, 3 * 31 * 24 * 2).map(lambda n: at("2026-01-15") + timedelta(minutes=30 * n))
TEAMS = ("North", "South", None)


@st.composite
def _worlds(draw: st.DrawFn) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    cases = []
    for number in range(draw(st.integers(1, 7))):
        opened = draw(MOMENTS)
        closed = draw(st.one_of(st.none(), MOMENTS))
        who = draw(st.sampled_from(("Ann", "Bob", "Eve", None)))
        cases.append((number, opened, closed, None, None, None, who, draw(st.sampled_from((0, 1, None)))))
    owners = []
    for who in ("Ann", "Bob"):
        cuts = sorted(set(draw(st.lists(MOMENTS, max_size=3))))
        bounds = [None, *cuts, None]
        owners += [
            (who, draw(st.sampled_from(TEAMS)), None, since, until) for since, until in pairwise(bounds)
        ]
    return cases, owners


def _end_of(label: str, as_of: datetime) -> datetime:
    ends = {"2026-01": date(2026, 2, 1), "2026-02": date(2026, 3, 1), "2026-03": date(2026, 4, 1),
            "2026-Q1": date(2026, 4, 1), "2026-W09": date(2026, 3, 2)}  # fmt: skip
    midnight = datetime.combine(ends[label], datetime.min.time(), BERLIN)
    return min(midnight, as_of).astimezone(UTC).replace(tzinfo=None)


def test_equals_a_look_at_every_row(make: Make) -> None:
    store = _make(make)
    labels = ("2026-01", "2026-02", "2026-03", "2026-Q1", "2026-W09")
    periods = tuple(map(store.period, labels))

    @settings(max_examples=25, deadline=None, database=None)
    @given(
        _worlds(), st.sampled_from((datetime(2026, 3, 20, 11, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)))
    )
    def check(world: tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]], as_of: datetime) -> None:
        cases, owners = world
        store.fill({"cases": cases, "owners": owners})
        kpis = ("count", "median_id", "share_odd", "age")
        question = Question(kpis, periods, ("team_end",), ((), ("team_end",)))
        (answer,) = store.ask(question, as_of=as_of)
        for i, label in enumerate(labels):
            end = _end_of(label, as_of)
            standing = [row for row in cases if row[1] < end and (row[2] is None or row[2] >= end)]
            by_team: dict[str, list[tuple[Any, ...]]] = {}
            for row in standing:
                team = next(
                    (team for who, team, _, since, until in owners
                     if who == row[6] and (since is None or since < end) and (until is None or until >= end)),
                    None,
                )  # fmt: skip
                by_team.setdefault(team or EMPTY, []).append(row)
            counts = {team: n for team, n in table(answer, "count", "team_end", bucket=i).items() if n}
            assert counts == {team: len(rows) for team, rows in by_team.items()}
            assert answer.value("count", i) == len(standing)
            if standing:
                assert answer.value("median_id", i) == median(row[0] for row in standing)
                assert answer.value("share_odd", i) == sum(row[7] == 1 for row in standing) / len(standing)
                ages = [(end - row[1]) / timedelta(days=1) for row in standing]
                assert answer.value("age", i) == pytest.approx(median(ages))

    check()
