"""The rows that a KPI counts, one by one: selected by the very conditions under which they are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import sqlalchemy as sa

from broadsheet.definitions.models.lists import ListSpec
from broadsheet.definitions.models.sources import ColumnType
from broadsheet.metrics.components import leaf, nests
from broadsheet.metrics.members import member_text
from broadsheet.metrics.moments import Typed
from broadsheet.metrics.plan import Scan
from broadsheet.metrics.question import EMPTY, Ask, Question, RowKind, Rows
from broadsheet.metrics.readings import EVERYTHING
from broadsheet.metrics.source import Context, Result
from broadsheet.metrics.statements import Reading, counted, rows_of


@dataclass(frozen=True)
class Listing:
    """Which rows are wanted: those of a scan with one span and one component, in an order, at most so many."""

    scan: Scan
    spec: ListSpec
    most: int
    member: str | None = None
    """The path to the member of which the list tells KPIs."""

    @property
    def paths(self) -> tuple[str, ...]:
        """What is read of each row."""
        return self.spec.paths if self.member is None else (*self.spec.paths, self.member)


def listing(question: Question, context: Context) -> Listing | None:
    """The rows that a question wants of its first KPI in its first period; None where it wants none."""
    spec = context.catalog.kpis[question.kpis[0]].list
    if question.rows is None or spec is None:
        return None
    taken = leaf(context.catalog.kpis[question.kpis[0]], context)
    (span,) = taken.base.spans(0, question.buckets[0], context.calendar).values()
    if not nests(taken.base, span, context):
        return None
    at_end = taken.base.at_end or context.at_end(condition.path for condition in question.where)
    scan = Scan(taken.base, question.where, (), (taken.rows,), (span,), at_end=at_end)
    member = None if spec.each is None else context.catalog.dimensions[spec.each].path(taken.base.fact)
    return Listing(scan, spec, question.rows, member)


def select_rows(wanted: Listing, context: Context) -> sa.Select[Any]:
    """The statement of a list; columns `x0`, `x1`, … are the paths that are read.

    Rows alike in the wanted order stand by the key of their fact, so that the same rows are cut off every time.
    """
    scan, fact = wanted.scan, wanted.scan.base.fact
    key = context.catalog.facts[fact].key
    shown = [_column(path, fact, context) for path in wanted.paths]
    order = [(_column(path, fact, context), down) for path, down in wanted.spec.order]
    last: list[tuple[Reading, bool]] = [((column, None), False) for column in key]
    inner = rows_of(scan, context, [*shown, *(column for column, _ in (*order, *last))])
    columns = inner.columns.typed
    return (
        sa.select(*(columns[column].expression.label(f"x{i}") for i, column in enumerate(shown)))
        .where(*inner.taken, *counted(scan, inner.columns, context))
        .order_by(*(_ordered(columns[column], down=down) for column, down in (*order, *last)))
        .limit(wanted.most)
    )


def read_rows(wanted: Listing, result: Result, question: Question, context: Context, ask: Ask) -> Rows:
    """The rows as plain values, beside each the KPIs of its member.

    Times are in the calendar's zone, money in the currency of the reports.
    """
    rows = _plain(wanted, result, context)
    if wanted.member is None or not rows.values:
        return rows
    members = [member_text(value) for value in result.frame[f"x{len(wanted.spec.paths)}"].tolist()]
    return _beside(rows, members, wanted.spec, question, ask)


def _beside(rows: Rows, members: list[str], spec: ListSpec, question: Question, ask: Ask) -> Rows:
    kpis, each = tuple(dict.fromkeys(spec.kpis.values())), str(spec.each)
    # Asked beside the KPI that lists the rows, so that a member without rows of its own has its 0.
    wanted = tuple(dict.fromkeys((*question.kpis[:1], *kpis)))
    frame = ask(Question(wanted, question.buckets[:1], (each,), ((each,),), question.where))
    # A row without a member says nothing of all such rows together.
    frame = frame[frame[each] != EMPTY].set_index(each).reindex(members)[list(kpis)].astype(object)
    told = frame.where(frame.notna(), None).itertuples(index=False, name=None)
    kinds: dict[str, RowKind] = {**rows.types, **dict.fromkeys(kpis, "kpi")}
    return Rows(kinds, tuple((*row, *values) for row, values in zip(rows.values, told, strict=True)))


def _plain(wanted: Listing, result: Result, context: Context) -> Rows:
    fact, paths = wanted.scan.base.fact, wanted.spec.paths
    types = {path: context.route(fact, path).type for path in paths}
    columns = [
        [_read(value, kind, context) for value in result.frame[f"x{i}"].tolist()]
        for i, kind in enumerate(types.values())
    ]
    return Rows(types, tuple(zip(*columns, strict=True)))


def _column(path: str, fact: str, context: Context) -> Reading:
    """Money is taken as an amount in the currency of the reports, everything else as it is."""
    return path, "amount" if context.route(fact, path).type == "money" else None


def _ordered(column: Typed, *, down: bool) -> sa.ColumnElement[Any]:
    """Empty values last; text by its characters, which every database and language sorts alike.

    A key that nobody declared counts as text, whatever the database holds.
    """
    textual = column.type == "text" and isinstance(column.expression.type, sa.String | sa.types.NullType)
    value = sa.collate(column.expression, "C") if textual else column.expression
    return sa.nulls_last(value.desc() if down else value.asc())


def _read(value: Any, kind: ColumnType, context: Context) -> Any:
    if value is None or pd.isna(value):
        return None
    match kind:
        case "time":
            stored = pd.Timestamp(value).to_pydatetime().replace(tzinfo=ZoneInfo(context.stored_zone))
            return _local(stored, context.calendar.zone)
        case "date":
            return value.date() if isinstance(value, datetime) else value
        case "number" | "money":
            return float(value)
        case "flag":
            return bool(value)
        case _:
            return member_text(value)


def _local(stored: datetime, zone: ZoneInfo) -> datetime:
    """A time in a zone. What a zone would move beyond the calendar stands for “always” or “never”: a day within."""
    try:
        return stored.astimezone(UTC).astimezone(zone)
    except OverflowError:
        return datetime.combine(EVERYTHING[stored.year > 1], time(), zone)
