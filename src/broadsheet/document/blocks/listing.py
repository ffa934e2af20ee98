"""Lists: the rows that a KPI counts, each with its reason, who acts and the next step."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.models.lists import ListSpec, fields_of
from broadsheet.definitions.models.reports import ListBlock
from broadsheet.document.context import Context
from broadsheet.document.formats import TEXT, format_of, format_of_row
from broadsheet.document.language import begin
from broadsheet.document.names import name_of
from broadsheet.document.reading import Reading, Spot
from broadsheet.document.tree import Cell, Format, Head, Row, Section, Table, Text
from broadsheet.document.values import Values
from broadsheet.metrics.question import Answer, Question

WIDE = 1.6
"""Sentences take so much more of the spare width than values."""


def ask(block: ListBlock, context: Context) -> Question:
    """How many rows there are, and those of a workbook."""
    where = (*context.report.where, *block.where)
    rows = context.settings.limits.rows
    return Question((block.list,), (context.resolve(block.period),), where=where, rows=rows)


def tell(block: ListBlock, answer: Answer, context: Context) -> Section:
    """The rows under their number; what says the same of every row stands once, above them."""
    definition, period = context.kpis[block.list], context.resolve(block.period)
    spec, rows, days = definition.list, answer.rows, context.dates.full(period)
    if spec is None or rows is None or not rows.values:
        return _nothing(block, context)
    point = Reading(answer, context).point(block.list, Spot(period))
    told = context.fact(definition.label, context.numbers.value(point.value, definition), definition)
    values = Values(rows, context)
    columns = tuple(
        (head, template)
        for head, template in _columns(spec, context)
        if spec.name or not _known(template, values, block)
    )
    heads = tuple(_head(head, template, values) for head, template in columns)
    lines = tuple(
        Row(tuple(_cell(template, row, spec, values) for _, template in columns))
        for row in range(len(rows.values))
    )
    stop = context.words.labels["stop"]
    return Section(
        id="",
        # Few persons may be named to those who may see them, but are no figure; and one row needs no number.
        title=name_of(lines, spec) or (definition.label if point.value in (None, 1) else begin(told)),
        caption=(stop + context.words.between).join((days, *_once(spec, definition.owner, context))),
        body=Table(
            heads=heads,
            rows=lines[: block.top],
            kind="list",
            omitted=max(0, (point.n or 0) - len(lines[: block.top])),
            further=lines[block.top :],
        ),
    )


def _nothing(block: ListBlock, context: Context) -> Section:
    """That there are no rows: in one line, with the period only where it is not the report's."""
    label, period = context.words.inside(context.kpis[block.list].label), context.resolve(block.period)
    told = context.say("list_none", label=label)
    days = "" if period == context.period else context.dates.full(period)
    if block.title is not None:
        return Section("", block.title, days, Text((told,)))
    return Section("", told.rstrip(context.words.labels["stop"]), days, Text(()))


def _known(template: str, values: Values, block: ListBlock) -> bool:
    """Whether a column tells of every row what the report or the block is narrowed to and its head already tells."""
    rows, path = range(len(values.rows.values)), values.alone(template)
    wanted = (*values.context.report.where, *block.where)
    sole = {each.values[0] for each in wanted if each.operator == "in" and len(each.values) == 1}
    return path is not None and all(values.value(path, row) in sole for row in rows)


def _once(spec: ListSpec, owner: str, context: Context) -> Iterator[str]:
    """Reason, owner and next step, as far as they are the same for every row."""
    if not fields_of(spec.reason):
        yield spec.reason.rstrip(".")
    if spec.owner is None:
        yield context.say("list_acts", owner=owner or context.settings.owner)
    if not fields_of(spec.next_step):
        yield context.say("list_next", step=spec.next_step.rstrip("."))


def _columns(spec: ListSpec, context: Context) -> Iterator[tuple[str, str]]:
    """Heads and templates, those that differ by row."""
    yield from ((head, f"{{{path}}}") for head, path in (*spec.columns.items(), *spec.kpis.items()))
    if fields_of(spec.reason):
        yield context.say("list_reason"), spec.reason
    if spec.owner is not None:
        yield context.say("list_owner"), f"{{{spec.owner}}}"
    if fields_of(spec.next_step):
        yield context.say("list_step"), spec.next_step


def _head(head: str, template: str, values: Values) -> Head:
    form = _format(template, values)
    if values.aligned(template):
        return Head(head, format=form)
    return Head(head, align="start", share=WIDE if " " in template else 1.0, format=form)


def _format(template: str, values: Values) -> Format:
    """What the values of a column are; a sentence is text."""
    path = values.alone(template)
    if path is None:
        return TEXT
    kind, context = values.rows.types[path], values.context
    currency = context.settings.currency
    return format_of(context.kpis[path], currency) if kind == "kpi" else format_of_row(kind, currency)


def _cell(template: str, row: int, spec: ListSpec, values: Values) -> Cell:
    """A value or a sentence; a row that nobody answers for stands out."""
    paths = fields_of(template)
    empty = template == f"{{{paths[0]}}}" and values.value(paths[0], row) is None
    if empty and paths[0] == spec.owner:
        return Cell(values.context.say("list_nobody"), tone="bad")
    text, path = values.fill(template, row), values.alone(template)
    kept = path is not None and values.rows.types[path] in ("money", "number", "kpi", "date", "time")
    value = values.value(path, row) if path is not None and kept else text
    return Cell(text, value, tone="muted" if empty else None)
