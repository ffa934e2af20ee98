"""What the figures of a block lack: a table or column, rows still open, rows with impossible values.

A block asks for more periods than it prints of each KPI: the courses and bases of the other cards, the bases of a
table's first column. What is left out is told of the figures that are printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from broadsheet.definitions.models.blocks import Comparison as Scenario
from broadsheet.definitions.models.reports import AnyBlock, CardsBlock, FunnelBlock, TableBlock
from broadsheet.definitions.models.stories import DigestBlock
from broadsheet.document.blocks import table
from broadsheet.document.changes import code_of
from broadsheet.document.context import FORMER, Context
from broadsheet.document.material import Material
from broadsheet.document.shown import shown_kpis
from broadsheet.metrics.question import Answer
from broadsheet.periods import GRAINS, Period


class _Figure(NamedTuple):
    """A figure that is printed: of a period, or of all that the block asks for."""

    kpi: str
    label: str
    period: Period | None = None


def lacking(material: Material, context: Context, index: int) -> tuple[str, ...]:
    """What a block lacks, by KPI: a table or column, or rows that are still open or have impossible values."""
    answer = material.data[index].answer
    if answer is None:
        return ()
    absent = (
        context.say(
            "block_undefined",
            label=context.kpis[kpi].label,
            reason=context.absent(lost.kind, [lost.name]),
        )
        for kpi, lost in answer.missing.items()
    )
    return tuple(dict.fromkeys((*absent, *left_out(material, context, index))))


def left_out(material: Material, context: Context, index: int) -> tuple[str, ...]:
    """How many rows are in none of a block's figures, by figure."""
    answer, texts = material.data[index].answer, []
    if answer is None:
        return ()
    figures = tuple(dict.fromkeys(_figures(material.report.blocks[index], context)))
    for message in ("pending", "faults"):
        for figure in figures:
            count = _count(answer, message, figure)
            if count:
                money = message == "faults" and context.kpis[figure.kpi].unit == "money"
                shown = context.numbers.decimal(count)
                kind = "unrated" if money else message
                texts.append(context.words.count(kind, count, shown, label=figure.label))
    return tuple(dict.fromkeys(texts))


def _count(answer: Answer, message: str, figure: _Figure) -> int:
    pending = message == "pending"
    if figure.period is None:
        return (answer.pending if pending else answer.faults).get(figure.kpi, 0)
    counts = (answer.pending_in if pending else answer.faults_in).get(figure.kpi, ())
    buckets = answer.question.buckets
    return counts[buckets.index(figure.period)] if counts and figure.period in buckets else 0


def _figures(block: AnyBlock, context: Context) -> Iterator[_Figure]:
    """What a block prints of each KPI: its figure and the bases beside it; where it prints all, the whole."""
    if isinstance(block, CardsBlock):
        for item in block.kpis:
            label = item.label or context.kpis[item.kpi].label
            period = context.resolve(item.period or block.period)
            yield from _compared(item.kpi, label, period, context.scenarios(block), context)
    elif isinstance(block, DigestBlock):
        period = context.resolve(block.period)
        for area in block.digest:
            label = context.kpis[area.kpi].label
            yield from _compared(area.kpi, label, period, context.scenarios(block), context)
    elif isinstance(block, TableBlock) and block.table.rows not in GRAINS:
        period = context.resolve(block.period)
        for kpi in block.table.kpis:
            compared = table.scenarios_of(block, context) if kpi == block.table.kpis[0] else ()
            yield from _compared(kpi, context.kpis[kpi].label, period, compared, context)
    else:
        own = context.resolve(block.period) if isinstance(block, FunnelBlock) else None
        for kpi in shown_kpis(block):
            yield _Figure(kpi, context.kpis[kpi].label, own)


def _compared(
    kpi: str, label: str, period: Period, scenarios: Iterable[Scenario], context: Context
) -> Iterator[_Figure]:
    yield _Figure(kpi, label, period)
    for scenario in scenarios:
        former = context.former(period, scenario) if scenario in FORMER else None
        if former is not None:
            code = code_of(context, scenario, former.period)
            yield _Figure(kpi, context.words.listed((label, code)), former.period)
