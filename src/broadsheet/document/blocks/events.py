"""What happened beside the figures: events of a list as marks in a chart by time, told below it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from broadsheet.document.blocks.course import Course
from broadsheet.document.reading import Reading, Spot
from broadsheet.document.tree import Event
from broadsheet.document.values import Values

MARKS = "ABCDEFGHIJKL"
"""Events beyond these are only counted: more could not be told apart."""


def events_of(kpi: str, course: Course, reading: Reading) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """The events in order of time with their marks, and the remarks that tell them."""
    context, definition = reading.context, reading.context.kpis[kpi]
    found, told = list[Event](), list[str]()
    for mark, (day, text) in zip(MARKS, sorted(_dated(kpi, reading)), strict=False):
        index = next((at for at, unit in enumerate(course.past) if unit.start <= day < unit.end), None)
        if index is not None:
            found.append(Event(index, mark))
            told.append(context.say("event", mark=mark, text=text, day=context.dates.short(day)))
    if not found:
        return (), ()
    remarks = [context.say("events", label=definition.label, events=context.say("semicolon").join(told))]
    count = reading.point(kpi, Spot(reading.answer.question.buckets[0])).n or 0
    if count > len(found):
        further = count - len(found)
        remarks.append(context.words.count("events_more", further, context.numbers.decimal(further)))
    return tuple(found), tuple(remarks)


def _dated(kpi: str, reading: Reading) -> Iterator[tuple[date, str]]:
    """Day and name of every event: the first date of its row, and its first column."""
    spec, rows = reading.context.kpis[kpi].list, reading.answer.rows
    if spec is None or rows is None:
        return
    values = Values(rows, reading.context)
    (name, *_), dated = (
        spec.columns.values(),
        [path for path, kind in rows.types.items() if kind in ("date", "time")],
    )
    for row in range(len(rows.values)) if dated else ():
        day = values.value(dated[0], row)
        if day is not None:
            yield day.date() if isinstance(day, datetime) else day, values.text(name, row)
