"""The manual as its tests see it: pages, their links, headings and examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FILE = re.compile(r"# ((?:config|reports)/[\w/-]+\.yaml)\n")


@dataclass(frozen=True)
class Page:
    """A Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def prose(self) -> str:
        """The text without its fenced code."""
        return _FENCE.sub("", self.text)

    def links(self) -> Iterator[str]:
        """Targets of links and pictures, outside of code."""
        yield from _LINK.findall(_CODE.sub("", self.prose))

    def anchors(self) -> set[str]:
        """The anchors of headings, as Git forges make them."""
        headings = _HEADING.findall(self.prose)
        return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}

    def examples(self, language: str) -> list[str]:
        """The code blocks of a language."""
        return [text for kind, text in _FENCE.findall(self.text) if kind == language]

    def files(self) -> list[tuple[str, str]]:
        """Examples that are whole definition files: their name, from the first line, and text."""
        found = ((_FILE.match(text), text) for text in self.examples("yaml"))
        return [(match[1], text) for match, text in found if match]


def pages() -> list[Page]:
    """README, changelog and everything below docs/ but the examples' own files."""
    paths = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [Page(path) for path in paths if "examples" not in path.relative_to(ROOT).parts]
