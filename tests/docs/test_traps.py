"""The table of traps keeps its word: every trap names tests, and every test it names is there."""

from __future__ import annotations

import re

from docs.pages import ROOT, Page

PAGE = Page(ROOT / "docs" / "explanation" / "traps.md")
ROWS = re.findall(r"^\| (?!trap \||---)(.+?) \| .+ \| (.+) \|$", PAGE.text, re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_trap_names_a_test() -> None:
    assert ROWS
    assert [trap for trap, held in ROWS if not NAMED.search(held)] == []


def test_every_named_test_exists() -> None:
    named = NAMED.findall(PAGE.text)
    assert named
    texts = {file: (ROOT / file).read_text(encoding="utf-8") for file, _ in named}
    assert [name for file, name in named if f"def {name}(" not in texts[file]] == []
