"""A part of a report: the same blocks, asked for some members of dimensions only, such as one customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from broadsheet.definitions.models.filters import parse_filter
from broadsheet.errors import UsageError, did_you_mean
from broadsheet.press.press import Press


def narrowed(press: Press, reports: Iterable[str], part: Sequence[str]) -> Press:
    """A press whose named reports look only at `part`: conditions such as `customer=G000249`, which all hold.

    Raises UsageError for what is no such condition, DefinitionError or UsageError for a report that cannot be made.
    """
    dimensions = press.workspace.catalog.dimensions
    wanted: dict[str, list[str]] = {}
    for condition in part:
        name, _, member = condition.partition("=")
        if not member:
            raise UsageError(
                f"“{condition}” names no part", "Write dimension=member, such as region=Bavaria."
            )
        if name not in dimensions or dimensions[name].hidden:
            known = [other for other, dimension in dimensions.items() if not dimension.hidden]
            raise UsageError(f"there is no dimension “{name}”", did_you_mean(name, known))
        wanted.setdefault(name, []).append(member)
    where = parse_filter(wanted)
    parts = {
        name: report.model_copy(update={"where": (*report.where, *where)})
        for name, report in ((name, press.report(name)) for name in reports)
    }
    workspace = replace(press.workspace, reports={**press.workspace.reports, **parts})
    return replace(press, workspace=workspace)
