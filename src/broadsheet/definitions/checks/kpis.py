"""Checks of KPIs: what they are made of exists, has the right type and the right unit."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.catalog import Unreachable
from broadsheet.definitions.checks.columns import NUMBERS, TIMES, column_type, conditions, need
from broadsheet.definitions.checks.conversions import followers
from broadsheet.definitions.codes import error
from broadsheet.definitions.custom import Custom, installed
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.conversions import Followers
from broadsheet.definitions.models.filters import limits
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import NEVER, Aggregate, Column, Duration, Formula
from broadsheet.definitions.models.options import MEASURES
from broadsheet.errors import Problem, did_you_mean


def leaves(draft: Draft, kpi: str) -> tuple[str, ...] | None:
    """The KPIs with a measure over rows that a KPI is made of; None where a part is missing or circular."""
    found: dict[str, None] = {}
    path: list[str] = []

    def visit(name: str) -> bool:
        if name not in draft.catalog.kpis or name in path:
            return False
        measure = draft.catalog.kpis[name].measure
        if not isinstance(measure, Formula):
            found[name] = None
            return measure.fact in draft.catalog.facts
        path.append(name)
        sound = all(visit(used) for used in measure.uses)
        path.pop()
        return sound

    return tuple(found) if visit(kpi) else None


def check_formulas(draft: Draft) -> Iterator[Finding]:
    """Formulas, plans and forecasts name KPIs, and no formula leads back to itself."""
    reported: set[frozenset[str]] = set()
    for name, kpi in draft.catalog.kpis.items():
        subject, measure = Subject("kpi", name), kpi.measure
        uses = [(used, key_of(kpi)) for used in measure.uses] if isinstance(measure, Formula) else []
        if kpi.plan is not None:
            uses.append((kpi.plan, "plan"))
        uses += [(used, "forecast") for used in (kpi.forecast.kpis if kpi.forecast else ())]
        for used, key in uses:
            if not draft.defines("kpi", used):
                what = f"{name} is made of the unknown KPI “{used}”"
                remedy = did_you_mean(used, draft.names("kpi"))
                yield subject, error("unknown-kpi", draft.place(subject, key), what, remedy)
        cycle = _cycle(draft, name)
        if cycle and frozenset(cycle) not in reported:
            reported.add(frozenset(cycle))
            what = f"the formula of {name} leads back to itself: {' → '.join((*cycle, name))}"
            place = draft.place(subject, key_of(kpi))
            yield subject, error("kpi-cycle", place, what, "Define one of them by rows of a fact.")


def _cycle(draft: Draft, start: str) -> tuple[str, ...]:
    """The KPIs on the way from a KPI back to itself; empty where there is none."""
    waiting: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        kpi = draft.catalog.kpis.get(path[-1])
        measure = kpi.measure if kpi else None
        for used in measure.uses if isinstance(measure, Formula) else ():
            if used == start:
                return path
            if used not in seen:
                seen.add(used)
                waiting.append((*path, used))
    return ()


def check_plugins(draft: Draft) -> Iterator[Finding]:
    """Every measure by plug-in is installed; none is loaded."""
    for name, kpi in draft.catalog.kpis.items():
        term = kpi.measure.term if isinstance(kpi.measure, Formula) else None
        if isinstance(term, Custom) and installed(term.measure) is None:
            subject = Subject("kpi", name)
            what = f"{name} is computed by the measure “{term.measure}”, which is not installed"
            remedy = f"Install its package: pip install {term.package}"
            yield subject, error("missing-plugin", draft.place(subject, "method", "measure"), what, remedy)


def check_runs(draft: Draft) -> Iterator[Finding]:
    """What runs is made of events: states and running KPIs do not add up over days."""
    for name, kpi in draft.catalog.kpis.items():
        state = _state(draft, kpi.running, frozenset()) if kpi.running is not None else None
        if state is not None:
            subject = Subject("kpi", name)
            what = f"{name} runs over {state}, which is a state and does not add up over days"
            remedy = "Run a KPI of events, such as what was added and what was taken away."
            yield subject, error("running-state", draft.place(subject, "running"), what, remedy)


def _state(draft: Draft, name: str, seen: frozenset[str]) -> str | None:
    """The first state that a KPI is made of: a balance, a snapshot, or a KPI that runs itself."""
    kpi = draft.catalog.kpis.get(name)
    if kpi is None or name in seen:
        return None
    measure = kpi.measure
    if isinstance(measure, Formula):
        parts = (_state(draft, used, seen | {name}) for used in measure.uses)
        return name if kpi.running is not None else next((part for part in parts if part), None)
    taken = isinstance(measure, Aggregate) and measure.take is not None
    return name if taken or kpi.standing is not None else None


def check_measures(draft: Draft) -> Iterator[Finding]:
    """Facts exist; numbers are aggregated, durations and clocks are times."""
    for name, kpi in draft.catalog.kpis.items():
        subject, measure = Subject("kpi", name), kpi.measure
        if isinstance(measure, Formula):
            continue
        place = draft.place(subject, key_of(kpi))
        if measure.fact not in draft.catalog.facts:
            what = f"{name} is measured on the unknown fact “{measure.fact}”"
            remedy = did_you_mean(measure.fact, draft.catalog.facts)
            yield subject, error("unknown-fact", place, what, remedy)
            continue
        for problem in _operands(draft, subject, kpi):
            yield subject, problem


def _operands(draft: Draft, subject: Subject, kpi: Kpi) -> Iterator[Problem]:
    key, measure, catalog = key_of(kpi), kpi.measure, draft.catalog
    assert not isinstance(measure, Formula)  # noqa: S101  (formulas have no rows)
    fact, place = measure.fact, draft.place(subject, key)
    operand = measure.operand if isinstance(measure, Aggregate) else None
    if isinstance(operand, Duration):
        yield from _duration(draft, subject, key, operand)
    elif isinstance(operand, Followers):
        yield from followers(draft, subject, operand)
    elif isinstance(operand, Column) and (key != "distinct" or operand.times is not None):
        for path in filter(None, (operand.path, operand.times)):
            yield from need(catalog, (fact, path), NUMBERS, key, place)
    elif isinstance(operand, Column):
        found = column_type(catalog, fact, operand.path, place)
        if isinstance(found, Problem):
            yield found
    for index, column in enumerate(kpi.per):
        found = column_type(catalog, fact, column, draft.place(subject, "per", index))
        if isinstance(found, Problem):
            yield found
    yield from _times(draft, subject, kpi, fact)


def _times(draft: Draft, subject: Subject, kpi: Kpi, fact: str) -> Iterator[Problem]:
    """What places rows in time, or limits them, is a time."""
    for limit in limits(kpi.where) if kpi.of == "matured" else ():
        at = draft.key_place(subject, "where", limit.path)
        yield from need(draft.catalog, (fact, limit.path), TIMES, "a limit", at)
    for clock in ("clock", "begins", "ends"):
        path = getattr(kpi, clock)
        if path is not None and path != NEVER:
            yield from need(draft.catalog, (fact, path), TIMES, f"“{clock}”", draft.place(subject, clock))


def _duration(draft: Draft, subject: Subject, key: str, duration: Duration) -> Iterator[Problem]:
    catalog, less = draft.catalog, duration.less
    for index, path in enumerate(filter(None, (duration.start, duration.end))):
        at = draft.place(subject, key, duration.key, index)
        yield from need(catalog, (duration.fact, path), TIMES, "a duration", at)
    if duration.worked == "hours" and catalog.settings.calendar.working_hours is None:
        what = f"{subject.name} counts {duration.key}, but the calendar has no working hours"
        remedy = 'Write calendar: {working_hours: "09:00-17:00"} in config/settings.yaml.'
        yield error("working-hours", draft.place(subject, key), what, remedy)
    if less is None:
        return
    place = draft.place(subject, "less")
    if less.fact not in catalog.facts:
        what = f"{subject.name} takes off the time of the unknown fact “{less.fact}”"
        yield error("unknown-fact", place, what, did_you_mean(less.fact, catalog.facts))
        return
    try:
        catalog.link_back(less.fact, duration.fact)
    except Unreachable as gap:
        yield error("unknown-link", place, str(gap), gap.remedy)
    for index, path in enumerate((less.start, less.end)):
        at = draft.place(subject, "less", index)
        yield from need(catalog, (less.fact, path), TIMES, "`less`", at)


def check_conditions(draft: Draft) -> Iterator[Finding]:
    """Conditions name columns of the fact and compare them with values of their type."""
    for name, kpi in draft.catalog.kpis.items():
        subject, measure = Subject("kpi", name), kpi.measure
        if isinstance(measure, Formula) or measure.fact not in draft.catalog.facts:
            continue
        for key, where in (("where", kpi.where), ("of", kpi.base)):
            found = conditions(
                draft.catalog,
                measure.fact,
                where,
                lambda path, key=key, at=subject: draft.key_place(at, key, path),  # type: ignore[misc]
            )
            for problem in found:
                yield subject, problem


def check_units(draft: Draft) -> Iterator[Finding]:
    """Money is made of money, a duration is printed in the unit it is measured in."""
    for name, kpi in draft.catalog.kpis.items():
        subject, measure = Subject("kpi", name), kpi.measure
        operand = measure.operand if isinstance(measure, Aggregate) else None
        what = remedy = ""
        if isinstance(operand, Duration) and kpi.variance is None and kpi.distinct is None:
            if kpi.unit != operand.unit:
                what = f"{name} is measured in {operand.unit}, its unit is {kpi.unit}"
                remedy = f"Write unit: {operand.unit}."
        elif kpi.unit == "money" and not isinstance(measure, Formula):
            made_of = _made_of(draft, kpi)
            if made_of != "money":
                what = f"the unit of {name} is money, but it measures {made_of}"
                remedy = "Write another unit, or give the column the type money in config/sources.yaml."
        if what:
            yield subject, error("kpi-unit", draft.place(subject, "unit"), what, remedy)


def _made_of(draft: Draft, kpi: Kpi) -> str:
    """In words, what a KPI over rows is made of; money where a missing column is reported elsewhere."""
    measure = kpi.measure
    operand = measure.operand if isinstance(measure, Aggregate) else None
    if not isinstance(operand, Column) or kpi.distinct is not None:
        return "rows"
    try:
        kind = draft.catalog.route(operand.fact, operand.path).type
    except (Unreachable, KeyError):
        return "money"
    return kind if kind == "money" else f"a column of type {kind}"


def key_of(kpi: Kpi) -> str:
    """The key that says what a KPI measures."""
    return next(key for key in MEASURES if getattr(kpi, key) is not None)
