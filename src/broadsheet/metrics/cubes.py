"""Cubes as SQL: little is done for every row, and the rest for the groups.

Dimensions that lie behind a small link are looked up for the groups (`late`), and conditions of components are keys
of groups beside the dimensions (`classed`). Neither changes a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from broadsheet.metrics.classes import classes
from broadsheet.metrics.joins import Joined
from broadsheet.metrics.moments import Typed
from broadsheet.metrics.plan import Scan
from broadsheet.metrics.source import Context
from broadsheet.metrics.splits import late_members
from broadsheet.metrics.statements import Columns, Inner, apply, rows_of, statement, value_of


def cube(scan: Scan, context: Context) -> sa.Select[Any]:
    """The select of a scan, with the columns that `statement` tells.

    Where rows are classed, `b0`, `b1`, … and `k0`, `k1`, … stand in place of the components (see `Classes`). Late
    dimensions may give several groups of the same members.
    """
    if not scan.classed and not scan.late:
        return statement(scan, context)
    inner = rows_of(scan, context)
    groups = _classed(scan, inner, context) if scan.classed else statement(scan, context)
    return _looked_up(scan, groups, inner.links, context) if scan.late else groups


def _classed(scan: Scan, inner: Inner, context: Context) -> sa.Select[Any]:
    """Columns added up by the conditions that rows meet."""
    parts = classes(scan.components)
    meets = []
    for key, component in parts.selected.items():
        _, conditions = value_of(component, inner.columns, context)
        meets.append(sa.and_(*conditions).is_(sa.true()).label(key))
    rows = sa.select(*inner.rows.c, *meets).subquery("s")
    columns = Columns(
        {
            path: Typed(rows.c[str(column.expression.key)], column.type)
            for path, column in inner.columns.typed.items()
        }
    )
    keys = [rows.c[key] for key in (*inner.keys, *parts.selected)]
    sums = [
        apply(part, value_of(part, columns, context)[0]).label(label) for label, part in parts.bare.items()
    ]
    return sa.select(*keys, *sums).group_by(*keys)


def _looked_up(
    scan: Scan, select: sa.Select[Any], links: Mapping[str, str], context: Context
) -> sa.Select[Any]:
    """Give groups what they link to, by the joins that would have given it to their rows."""
    groups = select.subquery("g")
    own = {by: groups.c[label] for by, label in links.items()}
    joined = Joined(context, scan.base.fact, scan.base.clock, groups=(groups, own))
    rest = [column for column in groups.c if column.key not in links.values()]
    return sa.select(*late_members(scan, joined, context), *rest).select_from(joined.rows)
