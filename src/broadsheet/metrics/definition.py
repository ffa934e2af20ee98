"""What a reader may ask about a KPI beside its value: clocks, additivity, exclusions, splits, components."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from broadsheet.definitions.catalog import Catalog, Unreachable
from broadsheet.definitions.formula import Moved, Number, Operation, Reference, Term
from broadsheet.definitions.models.lists import ListSpec
from broadsheet.definitions.models.measures import Aggregate, Duration, Formula
from broadsheet.definitions.steps import Earlier, Running
from broadsheet.metrics.components import Base, Component, leaf
from broadsheet.metrics.explain import OPERATIONS, conditions_text, describe, operand_text, spread_text
from broadsheet.metrics.source import Context

Additivity = Literal["additive", "semi-additive", "non-additive"]

ADDITIVITY: dict[Additivity, str] = {
    "additive": "adds up over members and periods",
    "semi-additive": "adds up over members, not over periods",
    "non-additive": "computed anew at every level and for every period",
}
_ROWS = {
    "open": "still open",
    "negative": "ended before they began",
    "unrated": "in a currency without a rate",
}


@dataclass(frozen=True)
class Split:
    """A dimension by which a KPI can be split, with the path from each of its facts: `deals.customer.segment`.

    Where a record may have several members (`overlapping`), it counts under each of them.
    """

    dimension: str
    label: str
    paths: tuple[str, ...]
    overlapping: bool


@dataclass(frozen=True)
class Part:
    """A number that one statement over one fact returns for a KPI; parts with `rolls_up` come out of cubes."""

    kpi: str
    fact: str
    text: str
    rolls_up: bool


@dataclass(frozen=True)
class Profile:
    """Everything that defines a KPI. `formula` goes down to the rows: the KPI first, then what it is made of."""

    kpi: str
    label: str
    meaning: str
    formula: tuple[str, ...]
    unit: str
    good: str
    owner: str
    ref: str
    edge_cases: str
    plan: str | None
    forecast: tuple[str, ...]
    target: float | None
    attribution: tuple[str, ...]
    additivity: Additivity
    sources: tuple[str, ...]
    exclusions: tuple[str, ...]
    splits: tuple[Split, ...]
    components: tuple[Part, ...]
    listed: tuple[str, ...]
    persons: str
    shareable: str


def profile(kpi: str, context: Context) -> Profile:
    """The profile of a KPI; no data source is asked. Raises UsageError for a path that leads nowhere."""
    catalog = context.catalog
    definition = catalog.kpis[kpi]
    facts = _facts(kpi, catalog)
    return Profile(
        kpi=kpi,
        label=definition.label,
        meaning=definition.meaning,
        formula=tuple(describe(kpi, catalog)),
        unit=definition.unit,
        good=definition.good,
        owner=definition.owner or catalog.settings.owner,
        ref=definition.ref,
        edge_cases=definition.edge_cases,
        plan=definition.plan,
        forecast=definition.forecast.kpis if definition.forecast else (),
        target=definition.target,
        attribution=attribution(kpi, catalog),
        additivity=additivity(kpi, catalog),
        sources=tuple(
            f"{fact}: {source_of(fact, catalog)}" for fact in dict.fromkeys((*facts, *_held(kpi, catalog)))
        ),
        exclusions=tuple(
            f"only {fact} where {conditions_text(catalog.facts[fact].always)}"
            for fact in facts
            if catalog.facts[fact].always
        ),
        splits=tuple(_splits(kpi, catalog)),
        components=tuple(part for name in catalog.leaves(kpi) for part in _parts(name, context)),
        listed=tuple(_listed(definition.list)) if definition.list is not None else (),
        persons=f"figures of fewer than {catalog.settings.smallest_cell} are not printed"
        if definition.persons
        else "",
        shareable="readers of a slice may know the total of everyone" if definition.shareable else "",
    )


def _listed(spec: ListSpec) -> Iterator[str]:
    """What the list of a KPI's rows says of each."""
    yield from (f"{head}: {path}" for head, path in spec.columns.items())
    yield from (f"{head}: {kpi} of each {spec.each}" for head, kpi in spec.kpis.items())
    yield f"reason: {spec.reason}"
    yield f"next step: {spec.next_step}"
    if spec.owner is not None:
        yield f"owner: {spec.owner}"
    if spec.order:
        yield f"ordered by {', '.join(path + (' desc' if down else '') for path, down in spec.order)}"


def attribution(kpi: str, catalog: Catalog) -> tuple[str, ...]:
    """The times that place the rows of a KPI in a period, one per way."""
    return tuple(dict.fromkeys(_clock(name, catalog) for name in catalog.leaves(kpi)))


def additivity(kpi: str, catalog: Catalog) -> Additivity:
    """Whether values of a KPI may be added up."""
    match catalog.kpis[kpi].measure:
        case Formula(term=term):
            return _linear(term, catalog) or "non-additive"
        case Aggregate(operation="count" | "sum", take=take):
            return "additive" if take is None and not catalog.kpis[kpi].at_end else "semi-additive"
        case _:
            return "non-additive"


def source_of(fact: str, catalog: Catalog) -> str:
    """The table, file or view that holds the rows of a fact."""
    table = catalog.facts[fact]
    return table.table or table.file or table.sql or ""


def _facts(kpi: str, catalog: Catalog) -> tuple[str, ...]:
    return tuple(dict.fromkeys(catalog.fact_of(name) for name in catalog.leaves(kpi)))


def _held(kpi: str, catalog: Catalog) -> Iterator[str]:
    """The facts whose stretches of time are taken off durations."""
    for name in catalog.leaves(kpi):
        operand = catalog.kpis[name].operand
        if isinstance(operand, Duration) and operand.less is not None:
            yield operand.less.fact


def _clock(kpi: str, catalog: Catalog) -> str:
    definition, fact = catalog.kpis[kpi], catalog.fact_of(kpi)
    if (standing := definition.standing) is not None:
        until = f", {fact}.{standing.ends} not" if standing.ends else ""
        return f"standing at the end of the period: {fact}.{standing.begins} before it{until}"
    table = catalog.facts[fact]
    whole = f" (one row per {table.grain}{spread_text(definition, catalog)})" if table.grain else ""
    return f"{fact}.{definition.clock or table.clock}{whole}"


def _linear(term: Term, catalog: Catalog) -> Additivity | None:
    """The additivity of sums, differences and multiples of KPIs; None of everything else."""
    match term:
        case Reference(kpi=kpi):
            return additivity(kpi, catalog)
        case Moved(kpi=kpi, step=step):
            kind = additivity(kpi, catalog)
            return "semi-additive" if isinstance(step, Running | Earlier) and kind == "additive" else kind
        case Operation(operator="+" | "-", left=left, right=right):
            kinds = {_linear(left, catalog), _linear(right, catalog)}
            if kinds <= {"additive", "semi-additive"}:
                return "semi-additive" if "semi-additive" in kinds else "additive"
        case Operation(operator="*" | "/", left=left, right=Number()):
            return _linear(left, catalog)
        case Operation(operator="*", left=Number(), right=right):
            return _linear(right, catalog)
    return None


def _splits(kpi: str, catalog: Catalog) -> Iterator[Split]:
    for name, dimension in catalog.dimensions.items():
        asked = [leaf for leaf, level in catalog.asked(kpi, (name,)) if name in level]
        facts = tuple(dict.fromkeys(catalog.fact_of(leaf) for leaf in asked))
        try:
            routes = [catalog.dimension_route(fact, name) for fact in facts]
        except Unreachable:
            continue
        if routes:
            paths = tuple(f"{fact}.{dimension.path(fact)}" for fact in facts)
            yield Split(name, dimension.label, paths, any(route.bridge for route in routes))


def _parts(kpi: str, context: Context) -> Iterator[Part]:
    taken = leaf(context.catalog.kpis[kpi], context)
    for component in dict.fromkeys((taken.value, taken.rows, taken.pending, taken.faults)):
        if component is not None:
            yield Part(kpi, taken.base.fact, _component(taken.base, component), component.additive)


def _component(base: Base, component: Component) -> str:
    operand = component.operand
    if component.operation == "count":
        what = f"count of {base.fact}"
        if operand is not None:
            what += f" with {operand_text(operand)}"
    else:
        name = OPERATIONS.get(component.operation) or f"{component.at or 0:.0%} percentile"
        what = f"{name} of {operand_text(operand)}" if operand is not None else f"{name} of {base.fact}"
    apart = _ROWS.get(component.rows)
    where = f" where {conditions_text(component.where)}" if component.where else ""
    return what + where + (f", {apart}" if apart else "")
