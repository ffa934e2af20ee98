"""The ends of periods in statements: a small table of the spans asked for, joined to the rows that they hold.

A row stands on as many lines as spans hold it, so what depends on the end of its period (an age, the version of
an attribute, a rate) is a column like any other. An open period ends where the report does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from broadsheet.definitions.models.filters import PeriodEnd
from broadsheet.definitions.models.measures import Worked
from broadsheet.definitions.models.sources import ColumnType
from broadsheet.definitions.steps import Length
from broadsheet.metrics.moments import Typed
from broadsheet.metrics.readings import EVERYTHING, Span, before
from broadsheet.metrics.source import Context
from broadsheet.metrics.working import worked_by

SPAN = "span"


class AtEnd(NamedTuple):
    """The end of a row's period, moved: as a time or a local date, as the last local day before it, or as the
    seconds of `hours` or `days` worked up to it.
    """

    kind: ColumnType | Worked | Literal["last_day"]
    moved: PeriodEnd = PeriodEnd()


_TYPES: dict[str, Any] = {"time": sa.DateTime, "hours": sa.Double, "days": sa.Double}


class Ends:
    """The table: `span`, the bounds `since` and `until` as `clock` stores them, and the ends that are read."""

    def __init__(
        self, spans: Sequence[Span], clock: ColumnType, wanted: Iterable[AtEnd], context: Context
    ) -> None:
        self._names = {at: f"end{i}" for i, at in enumerate(dict.fromkeys((*_ALWAYS, *wanted)))}
        bound = _TYPES.get(clock, sa.Date)
        types: dict[str, Any] = {SPAN: sa.Integer, "since": bound, "until": bound}
        types |= {name: _TYPES.get(at.kind, sa.Date) for at, name in self._names.items()}
        lines = sa.values(*(sa.column(name, kind) for name, kind in types.items()), name="p").data(
            [
                (
                    i,
                    *(context.start_of(day, clock) for day in span),
                    *(_end(at, span[1], context) for at in self._names),
                )
                for i, span in enumerate(spans)
            ]
        )
        # Engines guess the types of values; these are said.
        self.table = sa.select(
            *(sa.cast(lines.c[name], kind).label(name) for name, kind in types.items())
        ).subquery("p")

    def column(self, at: AtEnd) -> Typed:
        """The end that a row's line names."""
        kind: ColumnType = "time" if at.kind == "time" else "number" if at.kind in _TYPES else "date"
        return Typed(self.table.c[self._names[at]], kind)


_ALWAYS = (AtEnd("time"), AtEnd("date"), AtEnd("last_day"))


def _end(at: AtEnd, end: date, context: Context) -> Any:
    calendar, now = context.calendar, context.as_of
    today, past = calendar.day_of(now), end == EVERYTHING[1]
    moment = now if past else min(calendar.instant(end), now)
    day, last = min(end, today), min(end - timedelta(days=1), today)
    match at.kind:
        case "time":
            return context.stored(_moved_moment(moment, at.moved, context))
        case "hours" | "days":
            utc = moment.astimezone(UTC).replace(tzinfo=None)
            return worked_by(context, day if at.kind == "days" else utc, at.kind)
        case "last_day":
            return last
        case _:
            return _moved(day, at.moved)


def _moved_moment(moment: datetime, moved: PeriodEnd, context: Context) -> datetime:
    """So many local days earlier or later, at the same time of day."""
    if moved.distance is None:
        return moment
    local = moment.astimezone(context.calendar.zone)
    return context.calendar.instant(datetime.combine(_moved(local.date(), moved), local.time()))


def _moved(day: date, moved: PeriodEnd) -> date:
    if moved.distance is None:
        return day
    count = moved.distance.count if moved.back else -moved.distance.count
    try:
        return before(day, Length(count, moved.distance.unit))
    except (ValueError, OverflowError):
        return EVERYTHING[0 if moved.back else 1]
