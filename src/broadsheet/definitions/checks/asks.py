"""What blocks ask: the KPIs, dimensions and grains that reports name, with their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from broadsheet.definitions.draft import Draft, Subject
from broadsheet.definitions.models.blocks import GRAINS
from broadsheet.definitions.models.charts import ChartBlock
from broadsheet.definitions.models.reports import (
    AnyBlock,
    CardsBlock,
    FunnelBlock,
    ListBlock,
    Report,
    block_key,
    spec_of,
)
from broadsheet.definitions.models.stories import DigestBlock, StoryBlock
from broadsheet.errors import Place
from broadsheet.periods import PeriodSpec

Named = tuple[str, Place]


@dataclass(frozen=True)
class Ask:
    """What a block asks: KPIs by axes (dimensions or grains), in periods of a grain.

    `plan` and `forecast`: it also asks what they hold for the KPIs.
    """

    subject: Subject
    kpis: tuple[Named, ...]
    axes: tuple[Named, ...]
    filters: tuple[Named, ...]
    grains: tuple[str, ...]
    plan: bool
    forecast: bool

    @property
    def dimensions(self) -> Iterator[Named]:
        """The axes and filters that are dimensions."""
        return (named for named in (*self.axes, *self.filters) if named[0] not in GRAINS)


def asks(draft: Draft) -> Iterator[Ask]:
    """What every block of every report asks; a block of cards asks once per card."""
    for name, report in draft.reports.items():
        subject = Subject("report", name)
        for index, block in enumerate(report.blocks):
            yield from _of_block(draft, subject, report, index, block)


def _of_block(draft: Draft, subject: Subject, report: Report, index: int, block: AnyBlock) -> Iterator[Ask]:
    home = ("blocks", index)
    filters = [(item.path, draft.key_place(subject, "where", item.path)) for item in report.where]
    filters += [(item.path, draft.key_place(subject, *home, "where", item.path)) for item in block.where]
    plan = "plan" in (report.compare if block.compare is None else block.compare)
    period = _grains(block.period or report.period)

    def named(values: tuple[str, ...], *path: str) -> tuple[Named, ...]:
        return tuple((value, draft.place(subject, *home, *path, at)) for at, value in enumerate(values))

    def axis(value: str | None, *path: str) -> tuple[Named, ...]:
        return () if value is None else ((value, draft.place(subject, *home, *path)),)

    def ask(kpis: tuple[Named, ...], axes: tuple[Named, ...], *grains: str) -> Ask:
        timed = tuple(value for value, _ in axes if value in GRAINS)
        forecast = isinstance(block, ChartBlock) and block.ahead is not None
        return Ask(subject, kpis, axes, tuple(filters), timed or grains, plan, forecast)

    if isinstance(block, CardsBlock):
        spans = (block.span[1],) if block.span else ()
        for at, item in enumerate(block.kpis):
            place = draft.place(subject, *home, "kpis", at, "kpi")
            yield ask(((item.kpi, place),), (), *(_grains(item.period) if item.period else period), *spans)
    elif isinstance(block, ChartBlock):
        kpis = named(block.kpis, "kpis") + axis(block.events, "events")
        yield ask(kpis, axis(block.by, "by") + axis(block.split, "split"), *period)
    elif (spec := spec_of(block)) is not None:
        key = block_key(block) or ""

        def places(keys: tuple[str, ...]) -> tuple[Named, ...]:
            return tuple((name, draft.place(subject, *home, key, *way)) for name, way in spec.named(keys))

        found = ask(places(spec.kpi_keys), places(spec.axis_keys), *period)
        yield replace(found, plan=plan and spec.compared)
    else:
        told = _explained if isinstance(block, StoryBlock) else _plain
        for kpi, dimension in told(draft, subject, report, index):
            # Another dimension may know the plan that one does not reach.
            yield replace(ask(kpi, dimension, *period), plan=plan and not dimension)


Asked = tuple[tuple[Named, ...], tuple[Named, ...]]
"""KPIs and dimensions."""


def _explained(draft: Draft, subject: Subject, report: Report, index: int) -> Iterator[Asked]:
    """The KPI that a story explains by each dimension, and those whose lists it counts."""
    home, block = (subject, "blocks", index, "story"), report.blocks[index]
    assert isinstance(block, StoryBlock)  # noqa: S101  (the caller looked)
    explained = report.subject(block.story)
    for at, dimension in enumerate(block.story.by if explained else ()):
        place = draft.place(*home, *(("kpi",) if block.story.kpi else ()))
        yield ((explained or "", place),), ((dimension, draft.place(*home, "by", at)),)
    for number, action in enumerate(block.story.actions):
        if action.list is not None:
            yield ((action.list, draft.place(*home, "actions", number, "list")),), ()


def _plain(draft: Draft, subject: Subject, report: Report, index: int) -> Iterator[Asked]:
    """What lists, funnels, digests and texts ask."""
    home, block = (subject, "blocks", index), report.blocks[index]
    if isinstance(block, ListBlock | FunnelBlock):
        key = "list" if isinstance(block, ListBlock) else "funnel"
        yield _with_parts(draft, getattr(block, key), draft.place(*home, key)), ()
    elif isinstance(block, DigestBlock):
        for number, area in enumerate(block.digest):
            kpi = ((area.kpi, draft.place(*home, "digest", number, "kpi")),)
            yield kpi, ()
            for at, dimension in enumerate(area.by):
                yield kpi, ((dimension, draft.place(*home, "digest", number, "by", at)),)
    else:
        yield (), ()


def _with_parts(draft: Draft, name: str, place: Place) -> tuple[Named, ...]:
    """A KPI, with the steps of a funnel or the KPIs that stand beside the rows of a list."""
    kpi = draft.catalog.kpis.get(name)
    steps = kpi.funnel.steps if kpi is not None and kpi.funnel is not None else ()
    told = kpi.list.kpis.values() if kpi is not None and kpi.list is not None else ()
    known = (other for other in told if other in draft.catalog.kpis)
    return tuple((each, place) for each in dict.fromkeys((name, *steps, *known)))


def _grains(period: PeriodSpec) -> tuple[str, ...]:
    """All data has no grain: it holds every period whole."""
    return () if period.form == "all" else (period.grain,)
