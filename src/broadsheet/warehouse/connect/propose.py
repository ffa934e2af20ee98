"""From what lies at a connection to a proposal of `config/sources.yaml`, with the doubts it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as Database

from broadsheet.clock import Clock
from broadsheet.definitions.models.base import NAME
from broadsheet.definitions.models.sources import SourceColumn
from broadsheet.errors import WarehouseError
from broadsheet.warehouse.connect.clocks import find_clock, is_fact
from broadsheet.warehouse.connect.doubts import Doubt
from broadsheet.warehouse.connect.keys import Key, find_key
from broadsheet.warehouse.connect.links import FoundLink, find_links
from broadsheet.warehouse.connect.profiles import Column, Profile, profile
from broadsheet.warehouse.connect.stage import Staged, open_stage
from broadsheet.warehouse.connect.words import singular, tokens
from broadsheet.warehouse.locations import Location


@dataclass(frozen=True)
class ProposedTable:
    """One entity or fact: its content as the YAML has it, and what is remarkable about it."""

    section: str
    name: str
    source: str
    rows: int
    content: dict[str, Any]
    extents: dict[str, str]


@dataclass(frozen=True)
class Proposal:
    """Entities and facts in the order of their sources; doubts in the order of the sources they concern."""

    tables: tuple[ProposedTable, ...]
    doubts: tuple[Doubt, ...]


def propose(location: Location, folder: Path, clock: Clock) -> Proposal:
    """Inspect everything at a location; `folder` takes temporary files.

    Raises WarehouseError when the location does not answer or holds no table at all.
    """
    with open_stage(location, folder, clock) as stage:
        if not stage.tables and not stage.doubts:
            raise WarehouseError(
                f"{location.shown} holds no table",
                "Name a folder with CSV, Excel, Parquet or JSON files, or a database.",
            )
        doubts = list(stage.doubts)
        profiles = [profile(stage.connection, staged) for staged in stage.tables]
        tables = _tables(stage.connection, profiles, doubts)
    doubts += _series([item.staged for item in profiles])
    places = [item.staged.source for item in profiles]
    return Proposal(tuple(tables), tuple(sorted(doubts, key=lambda doubt: _order(doubt, places))))


@dataclass(frozen=True)
class _Candidate:
    """A table with a key, on its way to become an entity or a fact."""

    profile: Profile
    key: Key
    links: list[FoundLink]
    clock: Column | None
    incoming: list[int]


def _tables(database: Database, profiles: Sequence[Profile], doubts: list[Doubt]) -> list[ProposedTable]:
    for item in profiles:
        doubts += item.doubts
    keys = [find_key(database, item, profiles, doubts) for item in profiles]
    links = find_links(database, profiles, keys, doubts)
    incoming: list[list[int]] = [[] for _ in profiles]
    for index, found in enumerate(links):
        for link in found:
            if link.target != index:
                incoming[link.target].append(link.evidence.rows)
    candidates: dict[int, _Candidate] = {}
    for index, (item, key) in enumerate(zip(profiles, keys, strict=True)):
        if key is not None:
            own: list[Doubt] = []
            clock = find_clock(item, own)
            candidates[index] = _Candidate(item, key, links[index], clock, incoming[index])
    facts = {index for index, item in candidates.items() if _fact(item, candidates, doubts)}
    for index in sorted(facts):
        find_clock(candidates[index].profile, doubts)
    used = [index for index in candidates if index in facts or incoming[index]]
    for index in candidates:
        if index not in used:
            what = "left out: it has no time, and nothing refers to it by its key"
            remedy = (
                "If a fact holds its key in a column of another name, declare both and the link yourself."
            )
            doubts.append(Doubt(profiles[index].staged.source, what, remedy))
    names = _names({index: (candidates[index].profile.staged, index in facts) for index in used})
    return [_table(candidates, index, names, facts) for index in used]


def _fact(item: _Candidate, candidates: dict[int, _Candidate], doubts: list[Doubt]) -> bool:
    """Whether it is a fact; a doubt where that is a judgment."""
    own = is_fact(item.profile, item.key, item.clock, item.links, item.incoming)
    borrowed = (
        item.clock is None and item.key.valid is None and not item.incoming and _borrowed(item, candidates)
    )
    source = item.profile.staged.source
    if borrowed:
        what = f"has no time of its own and takes that of {borrowed}"
        doubts.append(Doubt(source, what, "Right for lines of an order; otherwise delete the fact."))
    elif item.clock is not None and item.incoming and item.key.valid is None:
        kind = "fact" if own else "entity"
        what = (
            f"taken as {kind}: it has a time ({item.clock.name}), and {sum(item.incoming):,} rows refer to it"
        )
        other = (
            "an entity: move it and delete its clock"
            if own
            else f"a fact: move it, with clock: {item.clock.name}"
        )
        doubts.append(
            Doubt(
                source,
                what,
                f"If its rows should {'not ' if own else ''}be counted over time, it is {other}.",
            )
        )
    return own or bool(borrowed)


def _borrowed(item: _Candidate, candidates: dict[int, _Candidate]) -> str:
    """The clock of the first linked table that has one: `order.ordered_at`."""
    for link in item.links:
        there = candidates.get(link.target)
        if there is None or there.clock is None:
            continue
        if is_fact(there.profile, there.key, there.clock, there.links, there.incoming):
            return f"{link.name}.{there.clock.name}"
    return ""


def _names(tables: dict[int, tuple[Staged, bool]]) -> dict[int, str]:
    """A name for each table: facts as their source, entities in the singular, each once."""
    found: dict[int, str] = {}
    for index, (staged, fact) in tables.items():
        words = tokens(staged.title)
        name = "_".join(words if fact else (*words[:-1], singular(words[-1])) if words else ("table",))
        name = name if NAME.match(name) else f"table_{name}"
        name = name if NAME.match(name) else f"table_{index + 1}"
        found[index] = f"{name}_{index + 1}" if name in found.values() else name
    return found


def _table(
    candidates: dict[int, _Candidate], index: int, names: dict[int, str], facts: set[int]
) -> ProposedTable:
    item = candidates[index]
    staged = item.profile.staged
    content: dict[str, Any] = {"file" if staged.in_file else "table": staged.source}
    content["key"] = item.key.columns[0] if len(item.key.columns) == 1 else list(item.key.columns)
    if item.key.valid:
        content["valid"] = list(item.key.valid)
    if index in facts:
        content["clock"] = item.clock.name if item.clock else _borrowed(item, candidates)
    links: dict[str, Any] = {}
    for link in item.links:
        if link.target in names:
            there = names[link.target]
            links[link.name] = link.by if link.name == there else {"to": there, "by": link.by}
    if links:
        content["link"] = links
    content["columns"] = _columns(item, links)
    extents = {
        column.name: " … ".join(column.extent) for column in item.profile.columns.values() if column.extent
    }
    section = "facts" if index in facts else "entities"
    return ProposedTable(section, names[index], staged.source, item.profile.rows, content, extents)


def _columns(item: _Candidate, links: dict[str, Any]) -> dict[str, Any]:
    """Every column with values; keys and links only where they must be cleaned."""
    spellings = {link.by: dict(link.replace) for link in item.links}
    named = {link if isinstance(link, str) else link["by"] for link in links.values()}
    named |= set(item.key.columns) if len(item.key.columns) == 1 else set()
    found: dict[str, Any] = {}
    for column in item.profile.columns.values():
        replace = spellings.get(column.name, {})
        if not column.filled:
            continue
        if column.name in named and not column.timed:
            if replace:
                found[column.name] = {"type": "text", "replace": replace}
            continue
        found[column.name] = _declaration(column.declared)
    return found


def _declaration(declared: SourceColumn) -> Any:
    """The shortest form of a column."""
    content: dict[str, Any] = {"type": declared.type}
    if declared.format:
        content["format"] = declared.format
    if declared.empty:
        content["empty"] = list(declared.empty)
    if declared.flag:
        content["flag"] = dict(declared.flag)
    return content if len(content) > 1 else declared.type


def _series(tables: Sequence[Staged]) -> list[Doubt]:
    """A question about each group of tables with the same columns: parts of one table, perhaps."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for staged in tables:
        groups.setdefault(tuple(staged.kinds), []).append(staged.source)
    return [
        Doubt(
            sources[0],
            f"has the same columns as {', '.join(sources[1:4])}{' and others' if len(sources) > 4 else ''}",
            "If they are parts of one table, put them together in one file or view.",
        )
        for sources in groups.values()
        if len(sources) > 1
    ]


def _order(doubt: Doubt, places: Sequence[str]) -> int:
    source = doubt.place.partition(": ")[0]
    return places.index(source) if source in places else -1
