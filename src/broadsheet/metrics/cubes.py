"""Cubes as SQL: little is done for every row, and the rest for the groups.

Dimensions that lie behind a small link are looked up for the groups (`late`), and conditions of components are keys
of groups beside the dimensions (`classed`). Neither changes a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

import sqlalchemy as sa

from broadsheet.metrics.classes import Choice, classes
from broadsheet.metrics.components import Component
from broadsheet.metrics.conditions import clauses
from broadsheet.metrics.joins import Joined
from broadsheet.metrics.moments import Typed
from broadsheet.metrics.plan import Scan
from broadsheet.metrics.source import Context
from broadsheet.metrics.splits import coded_members, late_members
from broadsheet.metrics.statements import Columns, Inner, apply, rows_of, statement, value_of


def cube(scan: Scan, context: Context) -> sa.Select[Any]:
    """The select of a scan, with the columns that `statement` tells.

    Where groups are classed, `b0`, `b1`, … and `k0`, `k1`, … stand in place of the components (see `Classes`). Late
    dimensions may give several groups of the same members.
    """
    if scan.classed is None and not scan.late and not scan.coded:
        return statement(scan, context)
    inner = rows_of(scan, context)
    groups = _classed(scan, inner, context) if scan.classed is not None else statement(scan, context)
    return _looked_up(scan, groups, inner.links, context) if scan.late or scan.coded else groups


def _classed(scan: Scan, inner: Inner, context: Context) -> sa.Select[Any]:
    """Columns added up by what conditions read of rows, and which groups meet them."""
    few = scan.classed or ()
    parts = classes(scan.components, few)
    states = [_state(kinds, inner.columns, context).label(label) for label, kinds in parts.states.items()]
    rows = sa.select(*inner.rows.c, *states).subquery("s")
    columns = _of(rows, inner.columns)
    keys: list[sa.ColumnElement[Any]] = [rows.c[key] for key in (*inner.keys, *parts.states)]
    keys += [columns.plain(path).expression for path in few]
    sums = [
        apply(part, value_of(part, columns, context)[0]).label(label) for label, part in parts.bare.items()
    ]
    groups = sa.select(*keys, *sums).group_by(*keys).subquery("c")
    few_columns = {path: columns.plain(path) for path in few}
    found = Columns(
        {
            (path, None): Typed(groups.c[str(each.expression.key)], each.type)
            for path, each in few_columns.items()
        }
    )
    chosen = [_chosen(choice, groups, found, context).label(label) for label, choice in parts.choices.items()]
    return sa.select(*(groups.c[name] for name in (*inner.keys, *parts.bare)), *chosen)


def _state(kinds: Iterable[Component], columns: Columns, context: Context) -> sa.ColumnElement[Any]:
    """The code of the first kind whose rows it is, or nothing."""
    conditions = (value_of(kind, columns, context)[1] for kind in kinds)
    codes = (sa.literal_column(str(code), sa.Integer) for code in count(1))
    return sa.case(*((sa.and_(*each), code) for each, code in zip(conditions, codes, strict=False)))


def _chosen(choice: Choice, groups: sa.Subquery, columns: Columns, context: Context) -> sa.ColumnElement[Any]:
    conditions = clauses(choice.where, columns.plain, context)
    if choice.state is not None:
        conditions.append(groups.c[choice.state] == sa.literal_column(str(choice.code)))
    return sa.and_(*conditions).is_(sa.true())


def _of(rows: sa.Subquery, columns: Columns) -> Columns:
    """The same columns, read from a select around them."""
    moved = {
        reading: Typed(rows.c[str(column.expression.key)], column.type)
        for reading, column in columns.typed.items()
    }
    return Columns(moved)


def _looked_up(
    scan: Scan, select: sa.Select[Any], links: Mapping[str, str], context: Context
) -> sa.Select[Any]:
    """Give groups what they link to, by the joins that would have given it to their rows."""
    groups = select.subquery("g")
    own = {by: groups.c[label] for by, label in links.items()}
    joined = Joined(context, scan.base.fact, scan.base.clock, groups=(groups, own))
    found = [*late_members(scan, joined, context), *coded_members(scan, joined, groups, context)]
    done = {*links.values(), *(f"m{i}" for i in range(len(scan.coded)))}
    rest = [column for column in groups.c if column.key not in done]
    return sa.select(*found, *rest).select_from(joined.rows)
