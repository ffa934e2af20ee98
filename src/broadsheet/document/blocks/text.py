"""Words of the author."""

from __future__ import annotations

import re

from broadsheet.definitions.models.reports import TextBlock
from broadsheet.document.context import Context
from broadsheet.document.tree import Section, Text
from broadsheet.metrics.question import Answer


def ask(_block: TextBlock, _context: Context) -> None:
    """Words need no data."""


def tell(block: TextBlock, _answer: Answer | None, _context: Context) -> Section:
    """Paragraphs, separated by empty lines."""
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", block.text))
    return Section(id="", title="", caption="", body=Text(tuple(filter(None, paragraphs))))
