"""What the metrics need of a data source, and the circumstances under which questions are answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import FromClause, Select

from broadsheet.definitions.catalog import Catalog, Route, Unreachable
from broadsheet.definitions.models.sources import ColumnType
from broadsheet.definitions.scope import WHOLE, Scope
from broadsheet.errors import UsageError
from broadsheet.periods import Calendar


class Result(Protocol):
    """Rows of a statement. The frame's columns bear the labels of the select.

    Decimals and whole numbers best stay what they are (dtype object): they are then added up exactly. Floats
    are rounded to 12 significant digits, since sums of floats differ in the last ones from run to run.
    """

    @property
    def frame(self) -> pd.DataFrame:
        """The rows; NULL is None or NaN."""

    @property
    def sql(self) -> str:
        """The statement as it was sent."""

    @property
    def seconds(self) -> float:
        """How long it took."""


@dataclass(frozen=True)
class Size:
    """How large a table is: its rows, and by column how many different values, as far as is known unread."""

    rows: int | None = None
    members: Mapping[str, int] = field(default_factory=dict)


class Source(Protocol):
    """Tables of facts and entities with clean, typed columns, and a way to ask them."""

    def relation(self, name: str) -> FromClause:
        """The rows of a fact or entity: its declared, key, link and validity columns; blank text is NULL."""

    def size(self, name: str) -> Size:
        """What is known of a fact or entity without reading its rows. It may be wrong or empty."""

    def complete(self, name: str, link: str) -> bool:
        """Whether every row of a fact is known to lead to a row by a link."""

    def unique(self, name: str, several: Select[Any]) -> bool:
        """Whether the key of a fact or entity names one row each: `several` finds what is wrong.

        It is asked once of the same rows, and not where that is known anyway. Raises WarehouseError.
        """

    def query(self, name: str, select: Select[Any]) -> Result:
        """Run a statement on the connection of that fact. Raises WarehouseError."""


@dataclass(frozen=True)
class Context:
    """What is known while questions are answered. `as_of` is an aware instant, `scope` the rows that may be read.

    `followed` are the tables that statements reach over links, and whether their keys are proven to be unique.
    """

    catalog: Catalog
    calendar: Calendar
    source: Source
    as_of: datetime
    scope: Scope = WHOLE
    followed: dict[str, bool] = field(default_factory=dict, compare=False)

    def follow(self, name: str) -> None:
        """Take down that a statement reaches a table over a link."""
        self.followed.setdefault(name, False)

    @property
    def stored_zone(self) -> str:
        """The zone of stored timestamps."""
        return self.catalog.settings.calendar.naive_timestamps

    def stored(self, instant: datetime) -> datetime:
        """An aware instant as a stored timestamp would show it."""
        return instant.astimezone(ZoneInfo(self.stored_zone)).replace(tzinfo=None)

    def start_of(self, day: date, kind: ColumnType) -> date:
        """The beginning of a local day, as a value to compare a date or time column with."""
        return day if kind == "date" else self.stored(self.calendar.instant(day))

    def now(self, kind: ColumnType) -> date:
        """`as_of`, as a value to compare a date or time column with."""
        return self.calendar.day_of(self.as_of) if kind == "date" else self.stored(self.as_of)

    def route(self, fact: str, path: str) -> Route:
        """The route of a path. Raises UsageError when it leads nowhere."""
        try:
            return self.catalog.route(fact, path)
        except Unreachable as error:
            raise UsageError(str(error), error.remedy) from error

    def currency_path(self, fact: str, path: str) -> str | None:
        """The path to the currency of a money column; None for columns that bear no currency of their own."""
        route = self.route(fact, path)
        currency = self.catalog.table(route.table).currency
        if route.type != "money" or currency is None:
            return None
        return ".".join((*(hop.name for hop in route.hops), currency))

    def at_end(self, dimensions: Iterable[str]) -> bool:
        """Whether one of the dimensions depends on where a period ends."""
        return any(self.catalog.dimensions[name].as_ == "period_end" for name in dimensions)

    def dimension_route(self, fact: str, dimension: str) -> Route:
        """The route by which a fact reaches a dimension. Raises UsageError when it does not."""
        try:
            return self.catalog.dimension_route(fact, dimension)
        except Unreachable as error:
            raise UsageError(str(error), error.remedy) from error

    def overlaps(self, fact: str, dimensions: Iterable[str]) -> bool:
        """Whether a row of the fact may have several members of one of the dimensions."""
        return any(self.dimension_route(fact, name).bridge for name in dimensions)
