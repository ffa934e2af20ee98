"""Explanations: what a KPI or a report means, what it asks of the data, and where its numbers came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isnan

from broadsheet.document.blocks import questions
from broadsheet.document.shown import shown_kpis
from broadsheet.errors import UsageError, WarehouseError, did_you_mean
from broadsheet.metrics.answers import answer
from broadsheet.metrics.definition import Profile, profile
from broadsheet.metrics.explain import describe
from broadsheet.metrics.question import Answer, Question, Statement
from broadsheet.periods import Period, all_time, parse_label, parse_spec, unit_of
from broadsheet.press.demand import Wish, orders_for
from broadsheet.press.gather import circumstances, gather
from broadsheet.press.press import Press
from broadsheet.press.trail import (
    Asked,
    Stretch,
    Traced,
    Trail,
    asked_of,
    compared,
    local,
    traced,
    trail_of,
    utc,
)
from broadsheet.warehouse.extent import extent
from broadsheet.warehouse.warehouse import Warehouse

LISTED = 20
"""Rows that are asked for to show the statement of a list."""
COMPARED = ("previous", "last_year")
_PERIODS = {
    "closed": "the last closed {grain}",
    "to_date": "the {grain} to date",
    "rolling": "the last {count} {grain}s",
    "all": "all time",
}


@dataclass(frozen=True)
class Number:
    """The total of a KPI in a period. `rows` is what it rests on; `why` tells a missing value."""

    kpi: str
    period: str
    value: float | None
    rows: int
    why: str | None


@dataclass(frozen=True)
class KpiNumbers:
    """A KPI's totals with those of the KPIs it is made of, and the statements that gave them.

    `seconds` has the time of each statement; `pending` and `faults` count rows that are left out.
    """

    as_of: str
    as_of_utc: str
    periods: tuple[Stretch, ...]
    values: tuple[Number, ...]
    pending: int
    faults: int
    statements: tuple[Traced, ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class ReportProfile:
    """What a report asks: its blocks, and how each KPI in it is computed."""

    report: str
    title: str
    question: str
    period: str
    compare: tuple[str, ...]
    audience: str
    blocks: tuple[Asked, ...]
    formulas: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReportNumbers:
    """The trail of a report's edition, with the seconds of each statement."""

    trail: Trail
    seconds: tuple[float, ...]


def subjects(press: Press, name: str) -> tuple[bool, bool]:
    """Whether `name` is a KPI and whether it is a report; UsageError when it is neither."""
    workspace = press.workspace
    found = name in workspace.catalog.kpis, name in workspace.reports or name in workspace.broken
    if not any(found):
        known = (*workspace.catalog.kpis, *workspace.reports)
        raise UsageError(f"there is no KPI and no report “{name}”", did_you_mean(name, known))
    return found


def kpi_profile(press: Press, kpi: str) -> Profile:
    """The definition of a KPI; no data source is opened."""
    with press.warehouse() as warehouse:
        return profile(kpi, circumstances(press, warehouse, press.clock.now()))


def kpi_numbers(press: Press, kpi: str, wish: Wish) -> KpiNumbers:
    """The totals of a KPI for the period of `wish` (default: the last closed month) and those before it.

    Raises UsageError for a period that cannot be read, WarehouseError when the data source does not answer.
    """
    catalog, calendar = press.workspace.catalog, press.calendar
    with press.warehouse() as warehouse:
        period, as_of = _moment(press, kpi, wish, warehouse)
        stretches = compared(period, COMPARED, calendar)
        formers = (period.previous(calendar), period.last_year(calendar))
        buckets = tuple(dict.fromkeys((period, *(item.period for item in formers if item is not None))))
        plan = catalog.kpis[kpi].plan
        kpis = dict.fromkeys((kpi, *catalog.leaves(kpi), *([plan] if plan and plan in catalog.kpis else [])))
        questions = [Question(tuple(kpis), buckets)]
        if catalog.kpis[kpi].list is not None:
            questions.append(Question((kpi,), (period,), rows=LISTED))
        found = answer(questions, catalog, calendar, warehouse, as_of)
    answered = found.answers[0]
    if answered is None:
        raise WarehouseError(f"{kpi} cannot be computed: {found.failures[0]}", "")
    return KpiNumbers(
        as_of=local(as_of, calendar),
        as_of_utc=utc(as_of),
        periods=stretches,
        values=_values(answered, buckets),
        pending=answered.pending.get(kpi, 0),
        faults=answered.faults.get(kpi, 0),
        statements=traced(found.trail, range(1, len(questions) + 1), catalog, calendar),
        seconds=seconds(found.trail),
    )


def report_profile(press: Press, name: str) -> ReportProfile:
    """What a report asks, by block; no data source is opened. DefinitionError when the report is broken."""
    report, catalog = press.report(name), press.workspace.catalog
    # Which period does not matter: the periods of the questions are left out.
    period = unit_of("month", press.calendar.day_of(press.clock.now()), press.calendar)
    asked = questions(report, period, catalog, press.calendar)
    spec, shown = report.period, dict.fromkeys(kpi for block in report.blocks for kpi in shown_kpis(block))
    return ReportProfile(
        report=name,
        title=report.title,
        question=report.question,
        period=_PERIODS[spec.form].format(grain=spec.grain, count=spec.count),
        compare=tuple(report.compare),
        audience=", ".join(report.audiences),
        blocks=asked_of(report, asked, (), ()),
        formulas=tuple((kpi, "; ".join(describe(kpi, catalog))) for kpi in shown),
    )


def report_numbers(press: Press, wish: Wish) -> ReportNumbers:
    """Ask everything that an edition of the report asks, and tell what answered it. Nothing is printed or kept.

    Raises UsageError for a period that cannot be read, WarehouseError when the data source does not answer.
    """
    order = orders_for(press, wish)[0]
    gathered = gather(press, order)
    asking = (data for data in gathered.job.material.data if data.answer is not None or data.failure)
    failures = [each.failure for data in asking for each in data.every]
    return ReportNumbers(trail_of(press, order, gathered.statements, failures), seconds(gathered.statements))


def seconds(statements: Sequence[Statement]) -> tuple[float, ...]:
    """How long each statement took, in milliseconds' precision."""
    return tuple(round(item.seconds, 3) for item in statements)


def _moment(press: Press, kpi: str, wish: Wish, warehouse: Warehouse) -> tuple[Period, datetime]:
    """The period and the moment it is seen from: its end once it is closed, as with reports without a schedule."""
    calendar, catalog = press.calendar, press.workspace.catalog
    now = wish.as_of or press.clock.now()
    whole = None
    if wish.all_time or (wish.as_of is None and press.settings.as_of == "data"):
        facts = dict.fromkeys(catalog.fact_of(leaf) for leaf in catalog.leaves(kpi))
        # A KPI without rows of its own is seen from the end of all data.
        first, last = extent(circumstances(press, warehouse, now), facts or catalog.facts)
        whole = all_time(first, last + timedelta(days=1))
        now = wish.as_of or min(now, whole.bounds(calendar)[1])
    if wish.all_time and whole is not None:
        period = whole.cut(now, calendar)
    elif wish.period is None:
        period = parse_spec("month").at(now, calendar)
    else:
        period = parse_label(wish.period, calendar).cut(now, calendar)
    return period, wish.as_of or min(now, period.bounds(calendar)[1])


def _values(answered: Answer, buckets: Sequence[Period]) -> tuple[Number, ...]:
    frame = answered.frames[()]
    return tuple(
        Number(
            kpi=kpi,
            period=bucket.label,
            value=None if isnan(value := answered.value(kpi, index)) else value,
            rows=0
            if kpi in answered.missing
            else int(frame.loc[frame["bucket"] == index, f"{kpi}:n"].iloc[0]),
            why=f"{lost.kind} {lost.name} is missing"
            if (lost := answered.missing.get(kpi))
            else answered.reason(kpi, index),
        )
        for kpi in answered.question.kpis
        for index, bucket in enumerate(buckets)
    )
