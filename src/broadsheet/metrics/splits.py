"""The members of a row: by dimensions with one member per row, and over bridges by those with several."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from broadsheet.definitions.catalog import Hop, Route
from broadsheet.definitions.models.filters import Filter
from broadsheet.metrics.conditions import clauses
from broadsheet.metrics.joins import As, Joined, comparable
from broadsheet.metrics.moments import Clause, Typed, age, calendar_part
from broadsheet.metrics.plan import Fold, Scan
from broadsheet.metrics.question import EMPTY
from broadsheet.metrics.source import Context

FOLDED = "folded"
Labels = list[sa.Label[Any]]


def split(scan: Scan, joined: Joined, context: Context) -> tuple[Labels, list[Clause]]:
    """The members of a row as `d0`, `d1`, … and `folded` (1 = beyond the kept ones), and the conditions on them.

    A row comes once per distinct combination of its members; without bridges, that is once.
    """
    named = (*scan.dimensions, *(condition.path for condition in scan.where))
    routes = {name: context.dimension_route(joined.fact, name) for name in named}

    def column(name: str) -> Typed:
        path = context.catalog.dimensions[name].path(joined.fact) or ""
        ahead = scan.base.ahead if path == scan.base.clock else 0
        return _member(name, path, joined, context, ahead=ahead)

    found: dict[str, Labels] = {}
    plain = tuple(each for each in scan.where if not routes[each.path].bridge)
    conditions = clauses(plain, column, context)
    for bridge in dict.fromkeys(route.bridge for route in routes.values()):
        own = (name for name in scan.dimensions if name not in (*scan.late, *scan.coded))
        names = [name for name in own if routes[name].bridge == bridge]
        if bridge:
            labels, limits = _crossed(bridge, names, routes, scan, joined, context)
        else:
            labels, limits = _labels(names, column, scan), _kept_only(names, column, scan.fold)
        conditions += limits
        found |= {label.name: [label] for label in labels}
    order = [FOLDED, *(f"d{i}" for i in range(len(scan.dimensions)))]
    return [label for name in order for label in found.get(name, [])], conditions


def late_links(scan: Scan, names: Iterable[str], context: Context) -> list[str]:
    """The fact's own columns that stand for dimensions of a scan."""
    hops = [context.dimension_route(scan.base.fact, name).hops[0] for name in names]
    return list(dict.fromkeys(hop.by for hop in hops))


def codes(scan: Scan, joined: Joined, context: Context) -> list[sa.ColumnElement[Any]]:
    """A number for each link with coded dimensions: equal where all of these have equal members."""
    found: list[sa.ColumnElement[Any]] = []
    for by in late_links(scan, scan.coded, context):
        table = _coded(scan, by, context).subquery(f"n{len(found)}")
        on = operator.eq(*comparable(joined.own(by), table.c.key))
        # Where no row is lost by it, an inner join is the same, and faster.
        joined.rows = joined.rows.join(table, on, isouter=by not in scan.complete)
        found.append(table.c.code)
    return found


def coded_members(scan: Scan, groups: Joined, rows: sa.FromClause, context: Context) -> Labels:
    """The members behind the numbers of groups."""
    found: Labels = []
    for i, by in enumerate(late_links(scan, scan.coded, context)):
        table = _coded(scan, by, context).subquery()
        members = [column for column in table.c if column.key not in ("key", "code")]
        each = sa.select(table.c.code, *members).distinct().subquery(f"o{i}")
        groups.rows = groups.rows.outerjoin(each, each.c.code == rows.c[f"m{i}"])
        found += [each.c[str(column.key)].label(str(column.key)) for column in members]
    return found


def _coded(scan: Scan, by: str, context: Context) -> sa.Select[Any]:
    """What a link leads to: its keys, the members of the coded dimensions, and a number for each combination."""
    routes = {name: context.dimension_route(scan.base.fact, name) for name in scan.coded}
    behind = {name: route for name, route in routes.items() if route.hops[0].by == by}
    hop = next(iter(behind.values())).hops[0]
    context.follow(hop.table)
    there = Joined(context, hop.table, "")
    paths = {
        name: ".".join((*(step.name for step in route.hops[1:]), route.column))
        for name, route in behind.items()
    }
    members = _labels(behind, lambda name: _member(name, paths[name], there, context), scan)
    key = there.column(hop.key).expression.label("key")
    rows = sa.select(key, *members).select_from(there.rows).subquery()
    order = [rows.c[label.name] for label in members]
    code = sa.cast(sa.func.dense_rank().over(order_by=order), sa.Integer).label("code")
    return sa.select(*rows.c, code)


def late_members(scan: Scan, groups: Joined, context: Context) -> Labels:
    """The members of late dimensions, of groups as they would be of their rows."""
    paths = {name: context.catalog.dimensions[name].path(groups.fact) or "" for name in scan.late}
    return _labels(scan.late, lambda name: _member(name, paths[name], groups, context), scan)


def _crossed(
    bridge: tuple[Hop, ...],
    names: list[str],
    routes: dict[str, Route],
    scan: Scan,
    joined: Joined,
    context: Context,
) -> tuple[Labels, list[Clause]]:
    """Members of the many rows behind a bridge: the distinct ones of each row, joined to it.

    A condition holds for a row when one of its many rows meets it; where there are none, the member is empty.
    """
    hop, fold = bridge[-1], scan.fold
    fact = context.catalog.facts.get(hop.table)
    there = Joined(context, hop.table, fact.clock if fact else "")

    def column(name: str) -> Typed:
        route = routes[name]
        path = ".".join((*(step.name for step in route.hops[len(bridge) :]), route.column))
        return _member(name, path, there, context, today=fact is None)

    where: Filter = tuple(each for each in scan.where if routes[each.path].bridge == bridge)
    labels = _labels(names, column, scan)
    limits = [*clauses(where, column, context), *_kept_only(names, column, fold)]
    row = there.column(hop.key).expression.label("row")
    many = sa.select(row, *labels).select_from(there.rows).where(sa.and_(sa.true(), *limits)).distinct()
    on, table = ".".join((*(step.name for step in bridge[:-1]), hop.by)), many.subquery()
    members = joined.attach(table, {on: table.c.row})
    nobody = "0" if fold is None or EMPTY in fold.members else "1"
    shown: Labels = [
        sa.func.coalesce(members.c[FOLDED], sa.literal_column(nobody)).label(FOLDED)
        if label.name == FOLDED
        else members.c[label.name].label(label.name)
        for label in labels
    ]
    if not limits:
        return shown, []
    met: Clause = members.c.row.is_not(None)
    if all(each.operator == "missing" for each in where) and nobody == "0":
        plain = Joined(context, hop.table, "")
        known = sa.select(plain.column(hop.key).expression.label("row")).select_from(plain.rows).distinct()
        anyone = known.subquery()
        met = sa.or_(met, joined.attach(anyone, {on: anyone.c.row}).c.row.is_(None))
    return shown, [met]


def _labels(names: Iterable[str], column: Callable[[str], Typed], scan: Scan) -> Labels:
    labels: Labels = []
    for name in names:
        member = column(name)
        expression = member.expression
        if scan.fold and scan.fold.rest and scan.fold.dimension == name:
            kept = _kept(member, scan.fold)
            labels.append(sa.case((kept, sa.literal_column("0")), else_=sa.literal_column("1")).label(FOLDED))
            expression = sa.case((kept, expression))
        labels.append(expression.label(f"d{scan.dimensions.index(name)}"))
    return labels


def _kept_only(names: Iterable[str], column: Callable[[str], Typed], fold: Fold | None) -> list[Clause]:
    if fold is None or fold.rest or fold.dimension not in names:
        return []
    return [_kept(column(fold.dimension), fold)]


def _kept(column: Typed, fold: Fold) -> Clause:
    stored = [value for value in fold.stored if value is not None]
    kept = column.expression.in_(stored)
    return sa.or_(kept, column.expression.is_(None)) if EMPTY in fold.members else kept


def _member(
    name: str, path: str, joined: Joined, context: Context, *, today: bool = False, ahead: int = 0
) -> Typed:
    definition = context.catalog.dimensions[name]
    as_: As = "today" if today else definition.as_
    column = joined.column(path, as_)
    if definition.age is not None:
        column = Typed(age(context, column, joined.moment(as_), definition.age), "number")
    if definition.part is not None:
        column = Typed(calendar_part(context, column, definition.part, ahead), "number")
    if not definition.bands:
        return column
    whens: list[tuple[Clause, Any]] = []
    for band in definition.bands:
        inside: list[Clause] = [column.expression.is_not(None)]
        if band.from_ is not None:
            inside.append(column.expression >= Decimal(str(band.from_)))
        if band.below is not None:
            inside.append(column.expression < Decimal(str(band.below)))
        whens.append((sa.and_(*inside), sa.literal(band.label, sa.String)))
    return Typed(sa.case(*whens), "text")
