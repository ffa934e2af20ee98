"""The second look at a scope: what was read is asked and looked at again, on another way than it was selected."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from broadsheet.definitions.scope import WHOLE
from broadsheet.errors import RefusedError
from broadsheet.metrics.joins import Joined, slicing
from broadsheet.metrics.members import member_text
from broadsheet.metrics.question import OTHER, Answer
from broadsheet.metrics.source import Context
from broadsheet.metrics.unique import ask


def witness(context: Context, fact: str) -> None:
    """Ask which members the rows of a fact have, as statements read them. Raises RefusedError for a foreign one.

    The predicate stands inside those rows; here they are joined and split from outside, as for a table.
    """
    if context.scope == WHOLE or context.catalog.facts[fact].shared:
        return
    for dimension, members in context.scope.permitted:
        joined = Joined(context, fact, context.catalog.facts[fact].clock)
        column = joined.column(*slicing(context, fact, dimension)).expression.label("member")
        found = ask(context, fact, sa.select(column).select_from(joined.rows).distinct()).frame
        _only(found["member"].tolist(), dimension, members, fact)


def inspect(answer: Answer, context: Context) -> None:
    """Look at the members that an answer names. Raises RefusedError for one that is not permitted.

    One of everyone names none, and tells of KPIs that are shareable.
    """
    if answer.question.everyone:
        _shareable(answer, context)
    for dimension, members in context.scope.permitted:
        for level, frame in answer.frames.items():
            if dimension in level:
                _only(
                    frame[dimension].tolist(), dimension, (*members, OTHER), ", ".join(answer.question.kpis)
                )
        if answer.rows is None:
            continue
        for place, (path, kind) in enumerate(answer.rows.types.items()):
            if kind == "member" and path == dimension:
                listed = [row[place] for row in answer.rows.values]
                _only(listed, dimension, members, answer.question.kpis[0])


def _shareable(answer: Answer, context: Context) -> None:
    told = {str(name).partition(":")[0] for frame in answer.frames.values() for name in frame} - {"bucket"}
    known = context.catalog.kpis
    if answer.rows is not None or not all(name in known and known[name].shareable for name in told):
        raise RefusedError(
            "a figure of everyone tells more than the total of a shareable KPI",
            "Nothing was made of it. Report it as a fault.",
        )


def _only(found: Iterable[object], dimension: str, members: Iterable[str], what: str) -> None:
    foreign = {member_text(value) for value in found} - set(members)
    if foreign:
        raise RefusedError(
            f"{what} holds rows of {len(foreign)} members of {dimension} that these readers may not see",
            "Nothing was made of it. Compare the path of the dimension with the slice, and report it as a fault.",
        )
