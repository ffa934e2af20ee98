"""Checks of charts by structure: parts add up, differences have a base, classes an order, scales one unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import Draft, Finding, Subject
from broadsheet.definitions.models.dimensions import Dimension
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.measures import Aggregate
from broadsheet.definitions.models.reports import AnyBlock, Report, block_key, spec_of
from broadsheet.definitions.models.structure import (
    AnswersBlock,
    DivergingBlock,
    DotsBlock,
    HistogramBlock,
    MovementBlock,
    ParetoBlock,
    WaterfallBlock,
)
from broadsheet.errors import Place, Problem, did_you_mean


@dataclass(frozen=True)
class _Home:
    """A block of a report, and where its names stand."""

    draft: Draft
    subject: Subject
    report: Report
    index: int
    block: AnyBlock

    @property
    def place(self) -> Place:
        """Where the block's own key stands."""
        return self.draft.place(self.subject, "blocks", self.index, block_key(self.block) or "")

    def named(self, *keys: str) -> Iterator[tuple[str, Place]]:
        """The names under some keys of its spec."""
        spec, key = spec_of(self.block), block_key(self.block) or ""
        for name, way in spec.named(keys) if spec else ():
            yield name, self.draft.place(self.subject, "blocks", self.index, key, *way)


def check_structure(draft: Draft) -> Iterator[Finding]:
    """What a chart by structure is made of fits together."""
    for name, report in draft.reports.items():
        subject = Subject("report", name)
        for index, block in enumerate(report.blocks):
            for problem in _of_block(_Home(draft, subject, report, index, block)):
                yield subject, problem


def _of_block(home: _Home) -> Iterator[Problem]:
    match home.block:
        case WaterfallBlock():
            yield from _fits(home, ("kpi",), adds, "the steps of a waterfall add up, those of {} would not")
            yield from _based(home)
        case DivergingBlock():
            yield from _based(home)
        case MovementBlock():
            yield from _fits(home, ("plus", "minus"), adds, "steps of a movement add up, {} does not")
            yield from _fits(home, ("of",), stands, "a movement is that of a balance, {} is none")
            yield from _units(home, "of", "plus", "minus")
        case ParetoBlock():
            yield from _fits(home, ("kpi",), adds, "shares of a whole add up, those of {} would not")
        case HistogramBlock():
            yield from _fits(
                home, ("count",), adds, "the classes of a histogram add up, those of {} would not"
            )
            yield from _ordered(home, "by", "the classes of a histogram")
        case AnswersBlock():
            yield from _fits(home, ("count",), adds, "answers are counted, those of {} would not add up")
            yield from _ordered(home, "of", "answers")
            yield from _neutral(home, home.block)
        case DotsBlock():
            yield from _units(home, "kpis")


def adds(kpi: Kpi) -> bool:
    """Whether the values of parts add up to that of the whole."""
    return isinstance(kpi.measure, Aggregate) and kpi.measure.operation in ("sum", "count")


def stands(kpi: Kpi) -> bool:
    """Whether the KPI tells what stands at the end of a period."""
    return adds(kpi) and (kpi.balance is not None or kpi.begins is not None or kpi.take is not None)


def _fits(home: _Home, keys: tuple[str, ...], test: Callable[[Kpi], bool], words: str) -> Iterator[Problem]:
    kpis = home.draft.catalog.kpis
    fitting = [name for name, kpi in kpis.items() if test(kpi)]
    for name, place in home.named(*keys):
        if name in kpis and name not in fitting:
            yield error("not-additive", place, words.format(name), did_you_mean(name, fitting))


def _based(home: _Home) -> Iterator[Problem]:
    if not (home.report.compare if home.block.compare is None else home.block.compare):
        what = f"a {block_key(home.block)} chart shows differences from a comparison, and there is none"
        yield error("no-base", home.place, what, "Write `compare: plan`, previous or last_year.")


def _units(home: _Home, *keys: str) -> Iterator[Problem]:
    kpis = home.draft.catalog.kpis
    found = [(name, kpis[name].unit, place) for name, place in home.named(*keys) if name in kpis]
    for name, unit, place in found[1:]:
        if unit != found[0][1]:
            what = f"the chart has one scale, but {name} is in {unit} and {found[0][0]} in {found[0][1]}"
            yield error("chart-units", place, what, "Take KPIs of one unit.")


def _ordered(home: _Home, key: str, what: str) -> Iterator[Problem]:
    dimensions = home.draft.catalog.dimensions
    known = [name for name, dimension in dimensions.items() if in_order(dimension)]
    for name, place in home.named(key):
        if name in dimensions and name not in known:
            text = f"{what} have an order, the members of {name} have none"
            yield error("no-order", place, text, did_you_mean(name, known))


def _neutral(home: _Home, block: AnswersBlock) -> Iterator[Problem]:
    dimension = home.draft.catalog.dimensions.get(block.answers.of)
    known = [band.label for band in dimension.bands] or list(dimension.order) if dimension else []
    for (name, place), answer in zip(home.named("neutral"), block.answers.neutral, strict=True):
        if known and answer not in known:
            what = f"“{name}” is no answer of {block.answers.of}"
            yield error("wrong-value", place, what, did_you_mean(name, known))


def in_order(dimension: Dimension) -> bool:
    """Whether the members stand in an order of their own."""
    return bool(dimension.bands or dimension.order or dimension.part or dimension.age)
