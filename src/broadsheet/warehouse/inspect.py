"""Compares the definitions with the live data: tables, columns, types, keys, links and clocks.

Codes: `data-source` (the source does not answer), `data-column`, `data-type`, `data-key` (a key that names
several rows, so links to it would multiply), `data-versions` (versions of a dated entity that overlap),
`data-link` (rows that refer to nothing), `data-clock` (rows without a time), `data-value` (values that
cannot be read). The last three are warnings with counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from sqlalchemy import Select, and_, func, or_, select

from broadsheet.definitions.catalog import Unreachable
from broadsheet.definitions.models.sources import Entity
from broadsheet.errors import Place, Problem, WarehouseError, did_you_mean
from broadsheet.metrics.joins import Joined, comparable, entity_rows
from broadsheet.metrics.members import member_text
from broadsheet.metrics.source import Context
from broadsheet.warehouse.cleaning import READABLE
from broadsheet.warehouse.schema import find, section, wanted_columns, writable
from broadsheet.warehouse.warehouse import Warehouse


class PlaceOf(Protocol):
    """Where a value of the definitions stands."""

    def __call__(self, kind: str, name: str, *path: str) -> Place:
        """The place of `facts.orders.columns.amount`: ("facts", "orders", "columns", "amount")."""


def check_data(context: Context, warehouse: Warehouse, place: PlaceOf) -> list[Problem]:
    """Every difference between the definitions and the data, in the order of the catalog.

    `warehouse` is the source of `context`.

    A source that does not answer is told once. Raises nothing: what cannot be asked is a problem too.
    """
    found: list[Problem] = []
    for name in (*context.catalog.entities, *context.catalog.facts):
        found.extend(_Inspection(context, warehouse, place, name).problems())
    return list({(problem.code, problem.what): problem for problem in reversed(found)}.values())[::-1]


class _Inspection:
    """One table: its shape first, its rows only when the shape is right."""

    def __init__(self, context: Context, warehouse: Warehouse, place: PlaceOf, name: str) -> None:
        catalog = context.catalog
        self._context, self._catalog, self._warehouse, self._name = context, catalog, warehouse, name
        self._section = section(catalog, name)
        self._place = place
        self._table = catalog.table(name)

    def problems(self) -> Iterator[Problem]:
        try:
            shape = list(self._shape())
            yield from shape
            if not shape:
                yield from self._values()
                yield from self._keys()
                yield from self._versions()
                yield from self._links()
                yield from self._clock()
        except WarehouseError as error:
            yield self._problem((), "data-source", str(error), error.remedy)

    def _problem(
        self, path: tuple[str, ...], code: str, what: str, remedy: str, *, warning: bool = False
    ) -> Problem:
        place = self._place(self._section, self._name, *path)
        return Problem(place, code, what, remedy, "warning" if warning else "error")

    def _shape(self) -> Iterator[Problem]:
        real = self._warehouse.columns(self._name)
        for column, want in wanted_columns(self._catalog, self._name).items():
            found = find(column, real)
            if found is None:
                what = f"{self._name} has no column “{column}”"
                yield self._problem(want.path, "data-column", what, did_you_mean(column, writable(real)))
            elif want.declared and real[found] not in READABLE[want.type.type]:
                what = (
                    f"{self._name}.{column} is declared {want.type.type}, but the source holds {real[found]}"
                )
                yield self._problem(
                    want.path, "data-type", what, "Correct the type, or convert it in a view."
                )

    def _values(self) -> Iterator[Problem]:
        for subject, (count, example) in self._warehouse.unread(self._name).items():
            column = subject.partition(".")[2]
            values = "values" if column else "lines"
            what = f"{subject}: unreadable {values}: {count}, the first is “{example}”"
            remedy = "Declare `format`, `empty`, `replace` or `flag` for them, or mend the source."
            yield self._problem(
                ("columns", column) if column else (), "data-value", what, remedy, warning=True
            )

    def _keys(self) -> Iterator[Problem]:
        relation = entity_rows(self._context, self._name)
        valid = self._table.valid if isinstance(self._table, Entity) else None
        columns = (*self._table.key, *(valid[:1] if valid else ()))
        key = [relation.c[column] for column in columns]
        counted = select(key[0].label("key"), func.count().label("rows")).select_from(relation)
        groups = counted.group_by(*key).subquery()
        several = groups.c.rows > 1
        keys, rows = self._ask(select(func.count(), func.sum(groups.c.rows)).where(several))
        if keys:
            first = self._first(select(groups.c.key).where(several))
            what = (
                f"{self._name}: values of the key ({', '.join(columns)}) in several rows: {keys} (in {rows} rows), "
                f"the first is “{first}”"
            )
            remedy = "Name the columns that make a row unique, or select one row per key in a view."
            yield self._problem(("key",), "data-key", what, remedy)

    def _versions(self) -> Iterator[Problem]:
        if not (isinstance(self._table, Entity) and self._table.valid):
            return
        relation = entity_rows(self._context, self._name)
        start, end = (relation.c[column] for column in self._table.valid)
        key = [relation.c[column] for column in self._table.key]
        following = func.lead(start).over(partition_by=key, order_by=start.nulls_first())
        pairs = select(key[0].label("key"), end.label("end"), following.label("following")).subquery()
        overlap = and_(
            pairs.c.following.is_not(None), or_(pairs.c.end.is_(None), pairs.c.end > pairs.c.following)
        )
        (count,) = self._ask(select(func.count()).select_from(pairs).where(overlap))
        if count:
            first = self._first(select(pairs.c.key).where(overlap))
            what = (
                f"{self._name}: versions that end after the next one of the same key begins: {count}, "
                f"the first is of “{first}”"
            )
            remedy = "Rows of that time would be counted twice: let each version end where the next begins."
            yield self._problem(("valid",), "data-versions", what, remedy)

    def _links(self) -> Iterator[Problem]:
        for name, link in self._table.links.items():
            target = self._catalog.table(link.to)
            if target.connection != self._table.connection or len(target.key) != 1:
                continue
            relation = self._warehouse.relation(self._name)
            there = entity_rows(self._context, link.to).alias("linked")
            by, key = comparable(relation.c[link.by], there.c[target.key[0]])
            lost = and_(by.is_not(None), ~select(key).where(key == by).exists())
            (count, rows) = self._ask(select(func.count().filter(lost), func.count(by)).select_from(relation))
            if count:
                share = f"{count} of {rows} rows ({count / rows:.1%})"
                what = f"{self._name}.{link.by}: {share} refer to no row of {link.to}"
                remedy = "They are shown as “(not set)”; complete the table, or correct the link."
                yield self._problem(("link", name), "data-link", what, remedy, warning=True)

    def _clock(self) -> Iterator[Problem]:
        if self._name not in self._catalog.facts:
            return
        path = self._catalog.facts[self._name].clock
        try:
            route = self._catalog.route(self._name, path)
        except Unreachable as error:
            yield self._problem(("clock",), "data-clock", str(error), error.remedy)
            return
        joined = Joined(self._context, self._name, path)
        clock = joined.column(path).expression
        missing, rows = self._ask(
            select(func.count().filter(clock.is_(None)), func.count()).select_from(joined.rows)
        )
        if missing:
            what = f"{self._name}: {missing} of {rows} rows ({missing / rows:.1%}) have no {route.column}"
            remedy = (
                "They belong to no period and are not counted; that is right for what has not happened yet."
            )
            yield self._problem(("clock",), "data-clock", what, remedy, warning=True)

    def _first(self, keys: Select[*tuple[Any, ...]]) -> str:
        """The first of some keys."""
        (key,) = keys.selected_columns
        frame = self._warehouse.query(self._name, keys.order_by(key.nulls_last()).limit(1)).frame
        return member_text(frame["key"].iloc[0])

    def _ask(self, statement: Select[*tuple[Any, ...]]) -> tuple[int, ...]:
        """The numbers in the only row of the answer; sums over nothing are 0."""
        row = self._warehouse.query(self._name, statement).frame.fillna(0).iloc[0]
        return tuple(int(value) for value in row)
