"""What reports compute from two values of a KPI: changes against former periods, and the status against the plan."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from broadsheet.document.changes import fraction, status, subtract
from broadsheet.document.reading import Point
from broadsheet.metrics import Question, answer
from broadsheet.periods import Period, parse_label
from catalog.proof import AS_OF, World, query_of

#: SAL-26 against the month before, SAL-27 against last year.
PAIRS = [("2026-05", "2026-04"), ("2026-05", "2025-05"), ("2026-W13", "2026-W12"), ("2026-W13", "2025-W13")]


def engine_values(world: World, kpi: str, by: str, label: str) -> Mapping[str, float]:
    question = Question((kpi,), (parse_label(label, world.calendar),), (by,), ((by,),))
    (given,) = answer([question], world.catalog, world.calendar, world.source, AS_OF).answers
    assert given is not None
    return dict(zip(given.frames[(by,)][by], given.frames[(by,)][kpi], strict=True))


def plain(world: World, kpi: str, member: str, label: str) -> str:
    """The plain query of a KPI for one period, as a table of `member` and its value."""
    period: Period = parse_label(label, world.calendar)
    start, until = (moment.replace(tzinfo=None) for moment in period.bounds(world.calendar))
    text = query_of(kpi).replace("{by}", member)
    bounds = {"$start": start, "$until": until, "$first": period.start, "$end": period.end}
    for name, moment in bounds.items():
        kind = "TIMESTAMP" if name in ("$start", "$until") else "DATE"
        text = text.replace(name, f"{kind} '{moment}'")
    return f"SELECT * FROM ({text}) AS t(member, value) WHERE member IS NOT NULL"


@pytest.mark.parametrize(("now", "before"), PAIRS)
def test_changes_of_revenue_equal_plain_sql(now: str, before: str, world: World) -> None:
    told = {label: engine_values(world, "revenue", "product", label) for label in (now, before)}
    rows = world.plain.execute(
        f"WITH n AS ({plain(world, 'revenue', 'p.name', now)}), b AS ({plain(world, 'revenue', 'p.name', before)})"
        " SELECT member, n.value - b.value, CASE WHEN b.value <> 0 AND n.value * b.value >= 0"
        " THEN (n.value - b.value) / abs(b.value) END FROM n JOIN b USING (member)"
    ).fetchall()
    assert len(rows) > 20
    for member, difference, relative in rows:
        point, base = (Point(told[label][member]) for label in (now, before))
        assert subtract(point, base) == pytest.approx(float(difference), abs=0.01)
        assert fraction(point, base) == (
            None if relative is None else pytest.approx(float(relative), abs=1e-6)
        )


def test_the_status_against_the_plan_equals_plain_sql(world: World) -> None:
    """PLN-02: on track from 98 % of the plan, at risk from 90 %, as the reports' legend says."""
    told = {
        kpi: engine_values(world, kpi, "team", "2026-05") for kpi in ("won_amount", "won_amount_month_plan")
    }
    rows = world.plain.execute(
        f"WITH n AS ({plain(world, 'won_amount', 't.name', '2026-05')}),"
        f" p AS ({plain(world, 'won_amount_month_plan', 't.name', '2026-05')})"
        " SELECT member, CASE WHEN n.value / p.value >= 0.98 THEN 'on_track'"
        " WHEN n.value / p.value >= 0.9 THEN 'at_risk' ELSE 'off_track' END FROM n JOIN p USING (member)"
    ).fetchall()
    kpi = world.catalog.kpis["won_amount"]
    assert len(rows) > 2
    assert {
        team: status(kpi, told["won_amount"][team], told["won_amount_month_plan"][team]) for team, _ in rows
    } == dict(rows)
