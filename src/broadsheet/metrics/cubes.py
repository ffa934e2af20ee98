"""Cubes as SQL: little is done for every row, and the rest for the groups.

Dimensions that lie behind a small link are looked up for the groups (`late`), and conditions of components are keys
of groups beside the dimensions (`classed`). Neither changes a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from broadsheet.metrics.classes import classes
from broadsheet.metrics.conditions import clauses
from broadsheet.metrics.joins import Joined
from broadsheet.metrics.moments import Typed
from broadsheet.metrics.plan import Scan
from broadsheet.metrics.source import Context
from broadsheet.metrics.splits import coded_members, late_members
from broadsheet.metrics.statements import Columns, Inner, aggregate, rows_of, statement


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
    parts = classes(scan.components, scan.classed or ())
    few_columns = {path: inner.columns.plain(path) for path in scan.classed or ()}
    keys: list[sa.ColumnElement[Any]] = [inner.rows.c[key] for key in inner.keys]
    keys += [column.expression for column in few_columns.values()]
    sums = [aggregate(part, inner.columns, context).label(label) for label, part in parts.sums.items()]
    groups = sa.select(*keys, *sums).group_by(*keys).subquery("c")
    found = Columns(
        {
            (path, None): Typed(groups.c[str(each.expression.key)], each.type)
            for path, each in few_columns.items()
        }
    )
    chosen = [
        sa.and_(*clauses(where, found.plain, context)).is_(sa.true()).label(label)
        for label, where in parts.choices.items()
    ]
    return sa.select(*(groups.c[name] for name in (*inner.keys, *parts.sums)), *chosen)


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
