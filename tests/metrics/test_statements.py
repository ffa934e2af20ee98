"""What is sent: few statements, and one bad question does not spoil the others."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from broadsheet.errors import WarehouseError
from broadsheet.metrics import Question, answer
from broadsheet.metrics.components import Base, Component
from broadsheet.metrics.plan import Need, plan
from broadsheet.periods import span
from metrics.small import Make, Rows, Store, catalog, condition, day

CATALOG = catalog(
    {
        "orders": {
            "key": "id",
            "clock": "day",
            "columns": {"id": "number", "day": "date", "rep": "text", "shop": "text", "amount": "money"},
        },
        "visits": {"key": "id", "clock": "day", "columns": {"id": "number", "day": "date", "shop": "text"}},
    },
    {
        "orders": {"count": "orders"},
        "amount": {"sum": "orders.amount"},
        "average": {"ratio": ["amount", "orders"]},
        "middle": {"median": "orders.amount"},
        "visits": {"count": "visits"},
        "conversion": {"ratio": ["orders", "visits"]},
    },
    dimensions={"rep": {"via": {"orders": "rep"}}, "shop": {"via": "shop"}},
)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def shops(make: Make) -> Store:
    orders = [(i, day(f"2026-{month:02}-05"), "Ada", "Kiel", "10.00") for i, month in enumerate(range(1, 13))]
    visits = [(1, day("2026-03-07"), "Kiel"), (2, day("2026-03-07"), "Bergen")]
    return make(CATALOG, {"orders": orders, "visits": visits})


def test_overlapping_periods_and_levels_of_a_fact_are_one_statement(shops: Store) -> None:
    march = shops.period("2026-03")
    months = span(6, "month", shops.period("2026-06"), shops.calendar)
    year, quarter, range_ = (shops.period(label) for label in ("2026", "2026-Q2", "2026-03-04..2026-04-10"))
    found = shops.ask(
        Question(("orders", "amount"), (march, year)),
        Question(("average",), months),
        Question(("orders",), (quarter, range_), ("shop",), ((), ("shop",))),
        Question(("average",), (march,), ("shop",), (("shop",),)),
    )
    assert len(shops.sent) == 1
    assert [found[0].value("orders", i) for i in (0, 1)] == [1, 12]
    assert [found[1].value("average", i) for i in range(6)] == [10] * 6
    assert [found[2].value("orders", i) for i in (0, 1)] == [3, 2]


def test_facts_are_never_joined(shops: Store) -> None:
    march = shops.period("2026-03")
    found = shops.ask(Question(("conversion",), (march,), ("shop",), ((), ("shop",))))[0]
    assert len(shops.sent) == 2
    assert not any("JOIN" in statement for statement in shops.sent)
    assert found.value("conversion") == 0.5
    frame = found.frames[("shop",)].set_index("shop")["conversion"].to_dict()
    assert frame == {"Bergen": 0, "Kiel": 1}


def test_medians_of_overlapping_periods_are_asked_for_one_by_one(shops: Store) -> None:
    months = span(3, "month", shops.period("2026-06"), shops.calendar)
    found = shops.ask(Question(("middle",), (*months, shops.period("2026-Q2"))))[0]
    # One for how many rows there are, one for the quarter, one for its months.
    assert len(shops.sent) == 3
    assert [found.value("middle", i) for i in range(4)] == [10] * 4


def test_no_date_is_truncated_and_nothing_divided(shops: Store) -> None:
    shops.ask(Question(("average", "middle"), (shops.period("2026-W10"),), ("shop",), ((), ("shop",))))
    for statement in shops.sent:
        assert "/" not in statement
        assert "trunc" not in statement.lower()
        assert "2026" not in statement, "bounds are bound parameters"


def test_one_failing_question_leaves_the_others_standing(shops: Store) -> None:
    march = (shops.period("2026-03"),)
    questions = [
        Question(("orders",), march),
        Question(("visits",), march, ("rep",), (("rep",),)),
        Question(("oders",), march),
        Question(("orders",), march, where=condition(amount=3)),
        Question(("visits",), march, where=condition(rep="Ada")),
        Question(("visits",), march),
    ]
    found = answer(questions, CATALOG, shops.calendar, shops, NOON)
    assert [item and item.value(item.question.kpis[0]) for item in found.answers] == [
        1,
        None,
        None,
        None,
        None,
        2,
    ]
    assert found.failures[1].startswith("fact visits has no path to dimension rep.")
    assert found.failures[2] == "unknown KPI “oders”. Did you mean “orders”?"
    assert found.failures[3].startswith("unknown dimension “amount”")
    # A slice that a fact cannot apply is refused, never ignored.
    assert found.failures[4].startswith("fact visits has no path to dimension rep")
    assert [statement.fact for statement in found.trail] == ["orders", "visits"]
    # Each statement names the questions that it serves, counted from all that were asked.
    assert [statement.questions for statement in found.trail] == [(0,), (5,)]


def test_the_trail_names_questions_and_days_of_each_statement(shops: Store) -> None:
    march, year = shops.period("2026-03"), shops.period("2026")
    questions = [
        Question(("orders",), (march,)),
        Question(("middle",), (year,)),
        Question(("amount",), (march,), ("shop",), (("shop",), ())),
    ]
    trail = answer(questions, CATALOG, shops.calendar, shops, NOON).trail
    told = [(item.dimensions, item.questions) for item in trail]
    # The cube holds all counts and sums; the median of the year has a statement of its own.
    assert told == [(("shop",), (0, 1, 2)), ((), (1,))]
    edges = [day for span in trail[0].spans for day in span]
    assert edges == [year.start, march.start, march.start, march.end, march.end, year.end]
    assert trail[1].spans == ((year.start, year.end),)


class Broken(Store):
    """A store whose table of visits is locked."""

    def query(self, name: str, select: object) -> Rows:
        if name == "visits":
            raise WarehouseError("visits is locked.", "Try again later.")
        return super().query(name, select)  # type: ignore[arg-type]


def test_a_failing_fact_leaves_the_others_standing(shops: Store) -> None:
    march = (shops.period("2026-03"),)
    source = Broken(shops.engine, CATALOG)
    questions = [Question((kpi,), march) for kpi in ("orders", "conversion", "amount")]
    found = answer(questions, CATALOG, shops.calendar, source, NOON)
    assert [item is None for item in found.answers] == [False, True, False]
    assert found.failures == {1: "visits is locked. Try again later."}


def test_a_small_level_does_not_make_a_large_cube_explode() -> None:
    base, rows = Base("orders", "day"), Component("count")
    months = [
        (date(2020 + i // 12, i % 12 + 1, 1), date(2020 + (i + 1) // 12, (i + 1) % 12 + 1, 1))
        for i in range(72)
    ]
    cells = Need(base, (), ("rep", "shop", "day"), (rows,), frozenset(months[:1]))
    trend = Need(base, (), (), (rows,), frozenset(months))
    by_shop = Need(base, (), ("shop",), (rows,), frozenset(months[:1]))
    planned = plan([trend, by_shop, cells])
    assert planned[by_shop] == planned[cells]
    assert planned[trend] != planned[cells]
    assert len(planned[trend][0].spans) == 72
    distant = Need(base, (), (), (rows,), frozenset((months[0], months[60])))
    assert plan([distant])[distant][0].spans == (months[0], months[60]), "what lies between is not read"
