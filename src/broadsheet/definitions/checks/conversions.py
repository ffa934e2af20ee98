"""Checks of conversions: both facts exist, in one connection, and have what joins them."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.definitions.checks.columns import TIMES, column_type, conditions, need
from broadsheet.definitions.codes import error
from broadsheet.definitions.draft import Draft, Subject
from broadsheet.definitions.models.conversions import Followers
from broadsheet.errors import Problem, did_you_mean


def followers(draft: Draft, subject: Subject, operand: Followers) -> Iterator[Problem]:
    """Problems of the rows that follow."""
    catalog, home = draft.catalog, "conversion"
    if operand.into not in catalog.facts:
        what = f"{subject.name} leads into the unknown fact “{operand.into}”"
        yield error(
            "unknown-fact",
            draft.place(subject, home, "into"),
            what,
            did_you_mean(operand.into, catalog.facts),
        )
        return
    here, there = catalog.facts[operand.fact], catalog.facts[operand.into]
    if here.connection != there.connection:
        what = f"{operand.fact} lies in connection {here.connection}, {operand.into} in {there.connection}"
        remedy = "Bring both tables into one connection; one statement cannot read two."
        yield error("link-connection", draft.place(subject, home, "into"), what, remedy)
    for index, path in enumerate(operand.same):
        place = draft.place(subject, home, "same", index)
        for fact in (operand.fact, operand.into):
            found = column_type(catalog, fact, path, place)
            if isinstance(found, Problem):
                yield found
    if operand.moment is not None:
        place = draft.place(subject, home, "clock")
        yield from need(catalog, (operand.into, operand.moment), TIMES, "“clock”", place)
    yield from conditions(
        catalog, operand.into, operand.follow, lambda path: draft.key_place(subject, home, "where", path)
    )
