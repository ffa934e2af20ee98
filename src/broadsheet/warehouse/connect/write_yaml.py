"""The proposal as text: a `config/sources.yaml` that the strict loader takes, with its doubts as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from broadsheet.warehouse.connect.doubts import Doubt
from broadsheet.warehouse.connect.propose import Proposal, ProposedTable

PLAIN = re.compile(r"[A-Za-z_][\w./-]*( [\w./-]+)*")
WORDS = frozenset(("null", "true", "false"))
WIDTH = 100


def to_yaml(proposal: Proposal, connection: Mapping[str, str]) -> str:
    """The file; `connection` is the content of the connection “warehouse”."""
    lines = ["# Proposed by `broadsheet connect`. Settle the doubts, then run: broadsheet check --data"]
    known = {table.source for table in proposal.tables}
    others = [doubt for doubt in proposal.doubts if _source(doubt) not in known]
    lines += [line for doubt in others for line in _comment(doubt, "")]
    lines += ["connections:", "  warehouse:", *_mapping(connection, 4)]
    for section in ("entities", "facts"):
        tables = [table for table in proposal.tables if table.section == section]
        if tables:
            lines += ["", f"{section}:"]
        elif section == "facts":
            lines += ["", "facts: {}"]
        for table in tables:
            lines += _table(table, [doubt for doubt in proposal.doubts if _source(doubt) == table.source])
    return "\n".join(lines) + "\n"


def scalar(value: object) -> str:
    """A value that the strict loader reads back as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if PLAIN.fullmatch(text) and text.lower() not in WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def _source(doubt: Doubt) -> str:
    return doubt.place.partition(": ")[0]


def _comment(doubt: Doubt, indent: str) -> Iterator[str]:
    for line in (f"Doubt: {doubt.place}: {doubt.what}", f"  {doubt.remedy}"):
        yield f"{indent}# " + re.sub(r"[\x00-\x1f\x7f]+", " ", line)


def _table(table: ProposedTable, doubts: Sequence[Doubt]) -> Iterator[str]:
    yield f"  {table.name}: # {table.rows:,} rows"
    for doubt in doubts:
        yield from _comment(doubt, "    ")
    for key, value in table.content.items():
        if key != "columns":
            yield from _mapping({key: value}, 4)
            continue
        if value:
            yield "    columns:"
        for name, declared in value.items():
            extent = f" # {table.extents[name]}" if name in table.extents else ""
            yield f"      {scalar(name)}: {_flow(declared)}{extent}"


def _mapping(content: Mapping[str, Any], indent: int) -> Iterator[str]:
    for key, value in content.items():
        line = f"{' ' * indent}{scalar(key)}: {_flow(value)}"
        if isinstance(value, Mapping) and len(line) > WIDTH:
            yield f"{' ' * indent}{scalar(key)}:"
            yield from _mapping(value, indent + 2)
        else:
            yield line


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return scalar(value)
