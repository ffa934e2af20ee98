"""Small worlds: tables created by SQL on DuckDB or PostgreSQL, a catalog over them, and short ways to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from broadsheet.definitions.catalog import Catalog
from broadsheet.definitions.models.dimensions import Dimension
from broadsheet.definitions.models.filters import Filter, parse_filter
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.settings import CalendarSettings, Settings
from broadsheet.definitions.models.sources import Connection, Entity, Fact
from broadsheet.definitions.scope import WHOLE, Scope
from broadsheet.metrics import Answer, Question, answer
from broadsheet.metrics.source import Size
from broadsheet.periods import Calendar, Period, parse_label

DDL = {
    "text": "VARCHAR(80)",
    "number": "INTEGER",
    "money": "DECIMAL(18, 2)",
    "flag": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMP",
}
TYPES: dict[str, Any] = {
    "text": sa.String(),
    "number": sa.Integer(),
    "money": sa.Numeric(18, 2),
    "flag": sa.Boolean(),
    "date": sa.Date(),
    "time": sa.DateTime(),
}
_schemas = count(1)


@dataclass(frozen=True)
class Rows:
    frame: pd.DataFrame
    sql: str
    seconds: float


@dataclass
class Store:
    """A `Source` over one database; `sent` keeps the statements."""

    engine: sa.Engine
    catalog: Catalog
    sent: list[str] = field(default_factory=list)

    def relation(self, name: str) -> sa.FromClause:
        table = self.catalog.table(name)
        columns = (sa.column(column, TYPES[source.type]) for column, source in table.columns.items())
        return sa.table(name, *columns)

    def size(self, name: str) -> Size:
        """Counted, so that plans are made as over large tables."""
        relation = self.relation(name)
        counts = [sa.func.count(sa.distinct(column)) for column in relation.c]
        with self.engine.connect() as connection:
            rows, *members = connection.execute(
                sa.select(sa.func.count(), *counts).select_from(relation)
            ).one()
        return Size(rows, dict(zip(relation.c.keys(), members, strict=True)))

    def complete(self, name: str, link: str) -> bool:
        """Whether every row leads somewhere."""
        found = self.catalog.table(name).links[link]
        target = self.catalog.table(found.to)
        keys = sa.select(self.relation(found.to).c[target.key[0]])
        rows = self.relation(name)
        lost = sa.select(sa.func.count()).where(
            sa.or_(rows.c[found.by].is_(None), rows.c[found.by].not_in(keys))
        )
        with self.engine.connect() as connection:
            return connection.execute(lost).scalar_one() == 0

    def unique(self, name: str, several: sa.Select[Any]) -> bool:
        """Asked every time, and not kept in `sent`."""
        with self.engine.connect() as connection:
            return connection.execute(several).first() is None

    def query(self, name: str, select: sa.Select[Any]) -> Rows:
        with self.engine.connect() as connection:
            result = connection.execute(select)
            frame = pd.DataFrame(result.fetchall(), columns=list(result.keys()), dtype=object)
        self.sent.append(str(select.compile(self.engine)))
        return Rows(frame, self.sent[-1], 0.0)

    def fill(
        self, rows: Mapping[str, Sequence[tuple[Any, ...]]], ddl: Mapping[str, str] | None = None
    ) -> None:
        """Create the tables afresh; `ddl` replaces the SQL type of columns (`orders.units`)."""
        with self.engine.begin() as connection:
            for name, lines in rows.items():
                columns = self.catalog.table(name).columns
                kinds = [
                    (ddl or {}).get(f"{name}.{column}", DDL[kind.type]) for column, kind in columns.items()
                ]
                declared = ", ".join(f"{column} {kind}" for column, kind in zip(columns, kinds, strict=True))
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
                connection.exec_driver_sql(f"CREATE TABLE {name} ({declared})")
                if lines:
                    values = ", ".join(f":{column}" for column in columns)
                    insert = sa.text(f"INSERT INTO {name} VALUES ({values})")
                    connection.execute(insert, [dict(zip(columns, line, strict=True)) for line in lines])

    def ask(
        self, *questions: Question, as_of: datetime = datetime(2027, 1, 1, tzinfo=UTC), scope: Scope = WHOLE
    ) -> list[Answer]:
        """The answers; any failure fails the test."""
        found = answer(questions, self.catalog, self.calendar, self, as_of, scope)
        assert not found.failures, found.failures
        return [item for item in found.answers if item is not None]

    def value(self, kpi: str, label: str, **where: Any) -> float:
        """The total of a KPI in a period."""
        return self.ask(Question((kpi,), (self.period(label),), where=condition(**where)))[0].value(kpi)

    def reason(self, kpi: str, label: str) -> str | None:
        return self.ask(Question((kpi,), (self.period(label),)))[0].reason(kpi)

    @property
    def calendar(self) -> Calendar:
        return self.catalog.settings.calendar.rules

    def period(self, label: str) -> Period:
        return parse_label(label, self.calendar)


Make = Callable[..., Store]


def condition(**where: Any) -> Filter:
    return parse_filter(where)


def catalog(
    facts: Mapping[str, Mapping[str, Any]],
    kpis: Mapping[str, Mapping[str, Any]],
    *,
    entities: Mapping[str, Mapping[str, Any]] | None = None,
    dimensions: Mapping[str, Mapping[str, Any]] | None = None,
    **calendar: Any,
) -> Catalog:
    """A catalog from definitions as they stand in YAML; a table bears its own name, labels are the names."""
    settings = Settings(version=1, company="Example Chandlery", calendar=CalendarSettings(**calendar))
    return Catalog(
        settings,
        {"warehouse": Connection(url="duckdb://")},
        {name: Entity(**{"table": name, **body}) for name, body in (entities or {}).items()},
        {name: Fact(**{"table": name, **body}) for name, body in facts.items()},
        {name: Dimension(**{"label": name, **body}) for name, body in (dimensions or {}).items()},
        {name: Kpi(**{"label": name, "meaning": "A number.", **body}) for name, body in kpis.items()},
    )


def engines(request: pytest.FixtureRequest) -> Iterator[Make]:
    """A maker of stores on the engine that the fixture's parameter names."""
    with ExitStack() as stack:
        yield lambda definitions, rows, ddl=None: _made(request, stack, definitions, rows, ddl)


def _made(
    request: pytest.FixtureRequest,
    stack: ExitStack,
    definitions: Catalog,
    rows: Mapping[str, Sequence[tuple[Any, ...]]],
    ddl: Mapping[str, str] | None,
) -> Store:
    if request.param == "duckdb":
        engine = sa.create_engine("duckdb:///:memory:")
    else:
        schema = f"small_{next(_schemas)}"
        url = request.getfixturevalue("postgres_url")
        engine = sa.create_engine(url, connect_args={"options": f"-csearch_path={schema}"})
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    stack.callback(engine.dispose)
    store = Store(engine, definitions)
    store.fill(rows, ddl)
    return store


def at(text: str) -> datetime:
    """A stored timestamp."""
    return datetime.fromisoformat(text)


def day(text: str) -> date:
    return date.fromisoformat(text)


def table(answered: Answer, kpi: str, *level: str, bucket: int = 0) -> dict[Any, float]:
    """Members → value, in the order of the frame; one member is not a tuple."""
    frame = answered.frames[level]
    frame = frame[frame["bucket"] == bucket]
    members = [frame[name] for name in level]
    keys = members[0] if len(members) == 1 else zip(*members, strict=True)
    return dict(zip(keys, frame[kpi], strict=True))
