"""Rows that are in nobody's edition: what the slices of a report show together, held against all that there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from broadsheet.definitions.models.audiences import Audience
from broadsheet.errors import BroadsheetError
from broadsheet.metrics.conditions import clauses
from broadsheet.metrics.joins import Joined, slicing
from broadsheet.metrics.members import member_text
from broadsheet.metrics.question import EMPTY
from broadsheet.metrics.source import Context
from broadsheet.periods import Period
from broadsheet.press.gather import circumstances, facts_of
from broadsheet.press.press import Press


@dataclass(frozen=True)
class Orphans:
    """Rows of a fact that no slice of an audience shows: `empty` ones without a member, and those of `members` that
    have no readers, by the number of their rows.
    """

    audience: str
    fact: str
    dimension: str
    empty: int
    members: dict[str, int]
    total: int

    @property
    def text(self) -> str:
        """In one sentence."""
        parts = [f"{self.empty} without {self.dimension}"] if self.empty else []
        if self.members:
            names = ", ".join(sorted(self.members)[:3]) + (", …" if len(self.members) > 3 else "")
            parts.append(f"{sum(self.members.values())} of {names}, whom nobody reads")
        lost = self.empty + sum(self.members.values())
        return f"{lost} of {self.total} rows of {self.fact} are in no edition of {self.audience}: {'; '.join(parts)}"


def orphans(press: Press, report: str, period: Period | None = None) -> tuple[Orphans, ...]:
    """The orphans of a report's audiences with `each`, in a period or of all rows; facts of everyone have none.

    Raises WarehouseError or StorageError where rows or readers cannot be asked.
    """
    definition, audiences = press.report(report), press.workspace.audiences
    sliced = [(name, audiences[name]) for name in definition.audiences if audiences[name].each]
    if not sliced:
        return ()
    with press.warehouse() as warehouse:
        found = []
        for name, audience in sliced:
            context = circumstances(press, warehouse, press.clock.now(), audience.fixed)
            read = {person.member for person in press.directory.people(name).persons}
            for fact in facts_of(press, definition):
                counted = (
                    {} if context.catalog.facts[fact].shared else _counts(context, fact, audience, period)
                )
                lost = {member: rows for member, rows in counted.items() if member not in read}
                if lost:
                    empty, total = lost.pop(EMPTY, 0), sum(counted.values())
                    found.append(Orphans(name, fact, str(audience.each), empty, lost, total))
    return tuple(found)


def tell_orphans(press: Press, made: Iterable[tuple[str, Period]]) -> None:
    """Tell the owner of rows that are in no slice of these reports and periods, which were made just now."""
    for report, period in made:
        try:
            found = orphans(press, report, period)
        except BroadsheetError:
            continue  # What could not be asked is told by the editions themselves.
        if found:
            detail = f"{period.label}: {'; '.join(each.text for each in found)}"
            press.ledger.alerts.open("recipients", report, detail)


def _counts(context: Context, fact: str, audience: Audience, period: Period | None) -> dict[str, int]:
    """The rows of a fact by member of the audience's dimension."""
    table = context.catalog.facts[fact]
    joined = Joined(context, fact, table.clock)
    member = joined.column(*slicing(context, fact, str(audience.each))).expression.label("member")
    conditions = [
        *_within(context, joined, table.clock, period),
        *clauses(table.always, joined.column, context),
    ]
    columns: list[sa.ColumnElement[Any]] = [member, sa.func.count().label("rows")]
    rows = sa.select(*columns).select_from(joined.rows).where(sa.and_(sa.true(), *conditions))
    frame = context.source.query(fact, rows.group_by(member)).frame
    return {member_text(name): int(count) for name, count in zip(frame["member"], frame["rows"], strict=True)}


def _within(
    context: Context, joined: Joined, clock: str, period: Period | None
) -> Iterator[sa.ColumnElement[bool]]:
    if period is not None:
        column = joined.column(clock)
        yield column.expression >= context.start_of(period.start, column.type)
        yield column.expression < context.start_of(period.end, column.type)
