"""The values of an edition for other programs: CSV files of its blocks, and its findings as JSON."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from datetime import date
from io import StringIO
from typing import Any

from broadsheet.document.grid import Grid, Item, Value, grid
from broadsheet.document.tree import Cards, Document, Section

ATTACHED = (".xlsx", ".csv")
"""The further files that go with a mail, by their endings."""

_FORMULA = re.compile(r'(^|[;\r\n])(?="*[=+\-@\t\r])')
"""Where a cell could begin with one. A spreadsheet whose separator is the semicolon, such as a German one, sees no
quotes behind our commas: for it a cell also begins within a text, behind a semicolon or in a new line."""


def csv_files(document: Document) -> dict[str, bytes]:
    """One file per block with values, by the block's id.

    UTF-8 with a byte-order mark, for Excel; decimal points, percentages as fractions, ISO dates. A text that
    a spreadsheet would run as a formula gets an apostrophe before it (CWE-1236); numbers are left alone.
    """
    labels = dict(document.labels)
    grids = {section.id: grid(section, labels) for section in document.sections}
    return {name: _csv(values) for name, values in grids.items() if values is not None}


def _csv(values: Grid) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([_inert(name) for name in values.columns])
    for row in values.rows:
        writer.writerow([_inert(item.value) for item in row])
    return text.getvalue().encode("utf-8-sig")


def _inert(value: Value) -> Any:
    if isinstance(value, str):
        return _FORMULA.sub(r"\1'", value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def findings(document: Document) -> bytes:
    """What the edition says, as JSON: identity, headline, and every block with its sentence and values."""
    labels = dict(document.labels)
    edition = document.edition
    content = {
        "edition": {
            "report": edition.report,
            "period": edition.period,
            "audience": edition.audience,
            "slice": edition.slice,
            "locale": edition.locale,
            "revision": edition.revision,
        },
        "title": document.title,
        "headline": document.headline,
        "scope": document.scope,
        "as_of": document.as_of_iso,
        "state": document.state,
        "blocks": [_block(section, labels) for section in document.sections],
        "definitions": [
            {"kpi": d.label, "meaning": d.meaning, "formula": d.formula, "owner": d.owner, "source": d.source}
            for d in document.definitions
        ],
        "notes": [{"subject": subject, "note": note} for subject, note in document.notes],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False).encode()


def _block(section: Section, labels: Mapping[str, str]) -> dict[str, Any]:
    values = grid(section, labels)
    told: dict[str, Any] = {
        "id": section.id,
        "state": section.state,
        "title": section.title,
        "caption": section.caption,
        "remarks": section.remarks,
    }
    if isinstance(section.body, Cards):
        told["kpis"] = [card.kpi for card in section.body.cards]
    if values is not None:
        told["columns"] = values.columns
        told["rows"] = [[_plain(item) for item in row] for row in values.rows]
    return told


def _plain(item: Item) -> float | str | None:
    return item.value.isoformat() if isinstance(item.value, date) else item.value
