"""Checks of blocks: can the question that a block asks be answered at all?"""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.checks.asks import Ask, asks
from broadsheet.definitions.checks.dimensions import paths_to, reaches
from broadsheet.definitions.checks.kpis import leaves
from broadsheet.definitions.codes import error, warning
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.blocks import GRAINS
from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.definitions.models.measures import Aggregate
from broadsheet.definitions.models.reports import AnyBlock, CardsBlock, CrosstabBlock, TableBlock, spec_of
from broadsheet.definitions.models.stories import DigestBlock
from broadsheet.errors import Place, Problem, did_you_mean

#: The periods into which rows that stand for a whole day, week … add up.
_WHOLE = {
    "week": ("week",),
    "month": ("month", "quarter", "year", "fiscal_quarter", "fiscal_year"),
    "quarter": ("quarter", "year", "fiscal_quarter", "fiscal_year"),
    "year": ("year", "fiscal_year"),
}


def check_questions(draft: Draft) -> Iterator[Finding]:
    """KPIs and dimensions exist, every fact reaches the dimensions, no period is shorter than the data's."""
    seen: set[Problem] = set()
    for ask in asks(draft):
        problems = [*_unknown(draft, ask), *_hidden(draft, ask)]
        for kpi, place in ask.kpis:
            problems += [*_gaps(draft, ask, kpi), *_grains(draft, ask, kpi, place)]
            for twin, role, remedy in _twins(draft, ask, kpi):
                problems += _twin_gaps(draft, ask, (f"the {role} of {kpi}", twin, remedy), place)
        for problem in problems:
            if problem not in seen:
                seen.add(problem)
                yield ask.subject, problem


def _unknown(draft: Draft, ask: Ask) -> Iterator[Problem]:
    for kpi, place in ask.kpis:
        if not draft.defines("kpi", kpi):
            yield error("unknown-kpi", place, f"unknown KPI “{kpi}”", did_you_mean(kpi, draft.names("kpi")))
    for dimension, place in ask.axes:
        if dimension not in GRAINS and not draft.defines("dimension", dimension):
            remedy = did_you_mean(dimension, [*draft.names("dimension"), *GRAINS])
            what = f"“{dimension}” is neither a dimension nor one of {', '.join(GRAINS)}"
            yield error("unknown-dimension", place, what, remedy)
    for dimension, place in ask.filters:
        if not draft.defines("dimension", dimension):
            what = f"conditions of a report are on dimensions, “{dimension}” is none"
            yield error("unknown-dimension", place, what, did_you_mean(dimension, draft.names("dimension")))


def _hidden(draft: Draft, ask: Ask) -> Iterator[Problem]:
    for name, place in ask.dimensions:
        dimension = draft.catalog.dimensions.get(name)
        if dimension is not None and dimension.hidden:
            what = f"the members of {name} are never printed"
            remedy = "Take another dimension, or a KPI that looks at each of them: count: {each: …}."
            yield error("hidden-dimension", place, what, remedy)


def _missing_paths(draft: Draft, kpi: str, ask: Ask) -> Iterator[tuple[str, str, str, Place]]:
    """KPI, fact, dimension and its place, wherever a fact of the KPI cannot reach a dimension."""
    axes = tuple(dimension for dimension, _ in ask.axes)
    for leaf, level in draft.catalog.asked(kpi, axes) if leaves(draft, kpi) else ():
        fact = draft.catalog.fact_of(leaf)
        for dimension, place in ask.dimensions:
            if dimension in axes and dimension not in level:
                continue
            # A dimension that no fact reaches is a mistake of its own, reported there.
            if any(paths_to(draft, dimension)) and not reaches(draft, fact, dimension):
                yield leaf, fact, dimension, place


def _gaps(draft: Draft, ask: Ask, kpi: str) -> Iterator[Problem]:
    for leaf, fact, dimension, place in _missing_paths(draft, kpi, ask):
        part = "" if leaf == kpi else f" (part {leaf})"
        what = f"{kpi}{part} is measured on fact {fact}, which has no path to dimension {dimension}"
        known = [name for name in draft.catalog.dimensions if reaches(draft, fact, name)]
        paths = [f"{other}.{path}" for other, path in paths_to(draft, dimension)]
        remedy = (
            f"Paths to {dimension}: {', '.join(paths)}. "
            f"From {fact} one reaches: {', '.join(sorted(known)) or 'no dimension'}."
        )
        yield error("unreachable-dimension", place, what, remedy)


def _too_fine(draft: Draft, kpi: str, ask: Ask) -> Iterator[tuple[str, str, str]]:
    """KPI over rows, the grain of its rows, and the grain asked for that they do not add up to."""
    for leaf in leaves(draft, kpi) or ():
        grain = draft.catalog.facts[draft.catalog.fact_of(leaf)].grain
        if draft.catalog.spread(draft.catalog.kpis[leaf]) is not None:
            continue
        for wanted in ask.grains:
            if grain is not None and grain != "day" and wanted not in _WHOLE[grain]:
                yield leaf, grain, wanted


def _grains(draft: Draft, ask: Ask, kpi: str, place: Place) -> Iterator[Problem]:
    for leaf, grain, wanted in _too_fine(draft, kpi, ask):
        part = "" if leaf == kpi else f" (part {leaf})"
        what = f"{kpi}{part} is known by {grain} only, here it is asked for by {wanted}"
        units = " or ".join(_WHOLE[grain][:3])
        remedy = f"Ask by {units}, give this KPI a period of its own, or let its fact `spread` over days."
        yield error("finer-than-data", place, what, remedy)


def _twins(draft: Draft, ask: Ask, name: str) -> Iterator[tuple[str, str, str]]:
    """The KPIs that hold plan and forecast of a KPI, as far as they are asked for, and what to do without."""
    kpi = draft.catalog.kpis.get(name)
    if kpi is not None and ask.plan and kpi.plan is not None:
        yield kpi.plan, "plan", "The plan is not shown here; leave it out with compare."
    if kpi is not None and ask.forecast and kpi.forecast is not None:
        for twin in kpi.forecast.kpis:
            yield twin, "forecast", "The forecast is not shown here; leave out ahead, or take another unit."


def _twin_gaps(draft: Draft, ask: Ask, twin: tuple[str, str, str], place: Place) -> Iterator[Problem]:
    whose, name, remedy = twin
    for _, fact, dimension, at in _missing_paths(draft, name, ask):
        what = f"{whose} is measured on fact {fact}, which has no path to dimension {dimension}"
        yield warning("unreachable-dimension", at, what, remedy)
    for _, grain, wanted in _too_fine(draft, name, ask):
        what = f"{whose} is known by {grain} only, here it is asked for by {wanted}"
        yield warning("finer-than-data", place, what, remedy)


def check_tables(draft: Draft) -> Iterator[Finding]:
    """Tables are sorted by what they show; contingency tables count; both sides differ."""
    for name, report in draft.reports.items():
        subject = Subject("report", name)
        for index, block in enumerate(report.blocks):
            for problem in _table(draft, subject, index, block):
                yield subject, problem


def _table(draft: Draft, subject: Subject, index: int, block: AnyBlock) -> Iterator[Problem]:
    home = ("blocks", index)
    if (
        isinstance(block, TableBlock)
        and block.table.sort is not None
        and block.table.sort not in block.table.kpis
    ):
        place = draft.place(subject, *home, "table", "sort")
        what = f"the table is sorted by {block.table.sort}, which it does not show"
        yield error("sort-kpi", place, what, did_you_mean(block.table.sort, block.table.kpis))
    if isinstance(block, ChartBlock) and block.split == block.by:
        what = f"the parts of the chart are those of its axis: {block.by}"
        place = draft.place(subject, *home, "split")
        yield error("same-dimension", place, what, "Split by another dimension.")
    if not isinstance(block, CrosstabBlock):
        return
    if block.crosstab.rows == block.crosstab.columns:
        place = draft.place(subject, *home, "crosstab", "columns")
        what = f"rows and columns are the same dimension: {block.crosstab.rows}"
        yield error("same-dimension", place, what, "Take two dimensions; for one, use a table.")
    kpi = draft.catalog.kpis.get(block.crosstab.count)
    if kpi is not None and not (isinstance(kpi.measure, Aggregate) and kpi.measure.operation == "count"):
        place = draft.place(subject, *home, "crosstab", "count")
        counts = [name for name, other in draft.catalog.kpis.items() if isinstance(other.count, str)]
        what = f"a contingency table counts rows, {block.crosstab.count} does not"
        yield error("crosstab-count", place, what, did_you_mean(block.crosstab.count, counts))


def check_comparisons(draft: Draft) -> Iterator[Finding]:
    """A comparison with the plan finds a plan or target somewhere."""
    for name, report in draft.reports.items():
        subject = Subject("report", name)
        general: set[str] = set()
        for index, block in enumerate(report.blocks):
            kpis = _kpis(block)
            if block.compare is None:
                general |= kpis
            elif "plan" in block.compare and _planless(draft, kpis):
                yield subject, _no_plan(draft.place(subject, "blocks", index, "compare"), "of this block")
        if "plan" in report.compare and _planless(draft, general):
            yield subject, _no_plan(draft.place(subject, "compare"), "of this report")


def _kpis(block: AnyBlock) -> set[str]:
    if isinstance(block, DigestBlock):
        return {area.kpi for area in block.digest}
    if isinstance(block, CardsBlock):
        return {item.kpi for item in block.kpis}
    if isinstance(block, ChartBlock):
        return set(block.kpis)
    spec = spec_of(block)
    return set(spec.shown) if spec is not None and spec.compared else set()


def _planless(draft: Draft, names: set[str]) -> bool:
    kpis = [draft.catalog.kpis[name] for name in names if name in draft.catalog.kpis]
    return len(kpis) == len(names) and all(kpi.plan is None and kpi.target is None for kpi in kpis)


def _no_plan(place: Place, where: str) -> Problem:
    what = f"compared with the plan, but no KPI {where} has a plan or target"
    remedy = "Name the KPI that holds the plan under `plan` of a KPI, give it a `target`, or drop plan here."
    return warning("no-plan", place, what, remedy)


def check_charts(draft: Draft) -> Iterator[Finding]:
    """A chart has one scale, so its KPIs have one unit."""
    for name, report in draft.reports.items():
        subject = Subject("report", name)
        for index, block in enumerate(report.blocks):
            if not isinstance(block, ChartBlock):
                continue
            units = {kpi: draft.catalog.kpis[kpi].unit for kpi in block.kpis if kpi in draft.catalog.kpis}
            if len(set(units.values())) > 1:
                place = draft.place(subject, "blocks", index, "kpis")
                what = "a chart has one scale, but its KPIs differ in unit: "
                what += ", ".join(f"{kpi} ({unit})" for kpi, unit in units.items())
                yield subject, error("chart-units", place, what, "Draw them in charts of their own.")
