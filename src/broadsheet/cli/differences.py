"""What two editions have different, as people and scripts read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from broadsheet.cli.tables import count, table_lines

if TYPE_CHECKING:
    from broadsheet.press.compare import Differences, Moved
    from broadsheet.press.revisions import Revision

EXAMPLES = 3
PLACES = (2, 6, 12)


def told_revision(revision: Revision) -> Iterator[str]:
    """What became of an edition that was made again."""
    former, sent, made = revision.former.key, revision.sent.key, revision.published
    if made is None:
        yield f"{former}: nothing has changed since; no new revision was kept."
        return
    key = made.order.key
    if made.state != "ready":
        yield f"{key}: {made.state}: {made.reason}"
        return
    yield f"{key} was kept and sent to nobody; as sent is r{sent.revision}, as of now r{key.revision}."
    if revision.differences is None:
        yield f"What r{sent.revision} was drawn from is gone from the archive, so nothing can be compared."
    else:
        yield from told_values(revision.differences)
    name = f"{key.report} --period {key.period} --audience {key.audience}"
    yield f"It goes out with: broadsheet run {name} --send --revision {key.revision}"


def told_values(found: Differences) -> Iterator[str]:
    """Figures that are others now: the totals of the period in a table, all further ones by number and example."""
    if not found.values:
        yield "No figure is another one."
        return
    if found.totals:
        heads = ("KPI", "as sent", "as of now", "difference")
        yield from table_lines(heads, [_row(each) for each in found.totals])
    kpis = dict.fromkeys(each.label for each in found.others)
    for label in kpis:
        yield from _further(label, [each for each in found.others if each.label == label])
    for each in found.lists:
        yield f"list in block {each.block}: {count(each.came, 'row')} more, {count(each.went, 'row')} gone"


def told_differences(found: Differences) -> Iterator[str]:
    """Everything that differs, subject by subject."""
    yield f"{found.then} (as sent) and {found.now} (as of now)"
    if not found.any:
        yield "They are the same."
        return
    yield from ("", "Values", *told_values(found))
    if found.definitions:
        yield from ("", "Definitions", *found.definitions)
    if found.templates:
        yield from ("", "Layout", *(f"another {name}" for name in found.templates))
    if found.text:
        yield from ("", "Text", *found.text)
    if found.versions:
        yield from ("", "Versions")
        yield from (
            f"{name}: {then or 'none'} then, {now or 'none'} now" for name, then, now in found.versions
        )


def plain(found: Differences) -> dict[str, Any]:
    """The same for scripts."""
    return {"different": found.any, **asdict(found)}


def _further(label: str, moved: list[Moved]) -> Iterator[str]:
    yield f"{label}: {count(len(moved), 'further value')} differ{'s' if len(moved) == 1 else ''}"
    for each in moved[:EXAMPLES]:
        cell = each.cell
        then, now = _figures(each)
        where = ", ".join(filter(None, (cell.members, cell.where and f"where {cell.where}", cell.period)))
        yield f"  {where}: {then}, now {now}"
    if len(moved) > EXAMPLES:
        yield f"  and {len(moved) - EXAMPLES} more"


def _row(moved: Moved) -> tuple[str, ...]:
    return (moved.label, *_figures(moved), _difference(moved))


def _difference(moved: Moved) -> str:
    if moved.then is None or moved.now is None:
        return ""
    change = moved.now - moved.then
    part = f" ({change / abs(moved.then):+.1%})" if moved.then else ""
    return f"{'+' if change > 0 else '-'}{_figure(abs(change), PLACES[1])}{part}"


def _figures(moved: Moved) -> tuple[str, str]:
    """Both values, with as many places as tell them apart."""
    texts = [(_figure(moved.then, places), _figure(moved.now, places)) for places in PLACES]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[-1])


def _figure(value: float | None, places: int) -> str:
    if value is None:
        return "none"
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places > PLACES[0] else text.removesuffix(".00")
