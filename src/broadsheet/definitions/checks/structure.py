"""Checks of charts by structure: steps add up, and a way has a beginning."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import Aggregate
from broadsheet.definitions.models.reports import AnyBlock, Report, block_key, spec_of
from broadsheet.definitions.models.structure import MovementBlock, WaterfallBlock
from broadsheet.errors import Place, Problem, did_you_mean

Test = Callable[[Kpi], bool]


def check_structure(draft: Draft) -> Iterator[Finding]:
    """What a chart by structure is made of fits together."""
    for name, report in draft.reports.items():
        subject = Subject("report", name)
        for index, block in enumerate(report.blocks):
            for problem in _of_block(draft, subject, index, report, block):
                yield subject, problem


def _of_block(
    draft: Draft, subject: Subject, index: int, report: Report, block: AnyBlock
) -> Iterator[Problem]:
    spec = spec_of(block)

    def named(*keys: str) -> Iterator[tuple[str, Place]]:
        for name, way in spec.named(keys) if spec else ():
            yield name, draft.place(subject, "blocks", index, block_key(block) or "", *way)

    if isinstance(block, WaterfallBlock):
        yield from _fits(draft, named("kpi"), adds, "the steps of a waterfall add up, those of {} would not")
        if not (report.compare if block.compare is None else block.compare):
            what = "a waterfall leads from a comparison to the actual value, and there is none"
            place = draft.place(subject, "blocks", index, "waterfall")
            yield error("waterfall-base", place, what, "Write `compare: plan`, previous or last_year.")
    elif isinstance(block, MovementBlock):
        yield from _fits(draft, named("plus", "minus"), adds, "steps of a movement add up, {} does not")
        yield from _fits(draft, named("of"), stands, "a movement is that of a balance, {} is none")
        yield from _units(draft, named("of", "plus", "minus"))


def adds(kpi: Kpi) -> bool:
    """Whether the values of parts add up to that of the whole."""
    return isinstance(kpi.measure, Aggregate) and kpi.measure.operation in ("sum", "count")


def stands(kpi: Kpi) -> bool:
    """Whether the KPI tells what stands at the end of a period."""
    return adds(kpi) and (kpi.balance is not None or kpi.begins is not None or kpi.take is not None)


def _fits(draft: Draft, named: Iterator[tuple[str, Place]], test: Test, words: str) -> Iterator[Problem]:
    fitting = [name for name, kpi in draft.catalog.kpis.items() if test(kpi)]
    for name, place in named:
        if name in draft.catalog.kpis and name not in fitting:
            remedy = did_you_mean(name, fitting)
            yield error("waterfall-kpi", place, words.format(name), remedy)


def _units(draft: Draft, named: Iterator[tuple[str, Place]]) -> Iterator[Problem]:
    units = [
        (name, draft.catalog.kpis[name].unit, place) for name, place in named if name in draft.catalog.kpis
    ]
    for name, unit, place in units[1:]:
        if unit != units[0][1]:
            what = f"a movement has one unit, but {name} is in {unit} and {units[0][0]} in {units[0][1]}"
            yield error("chart-units", place, what, "Take KPIs of one unit.")
