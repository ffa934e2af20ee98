"""What mail programs draw of HTML and CSS: the tags and properties that a body may use, and on what terms.

Compiled from the programs' published support lists. `OUTLOOK` is classic Outlook for Windows, which draws with
Word; Gmail drops what it does not know from `style` attributes; Apple Mail draws nearly everything.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

TAGS = {"html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td", "b", "h1", "h2", "br",
        "span", "img", "p", "a", "strong", "ul", "li"}  # fmt: skip
"""Drawn by all three; `div` and `p` only without box layout in Outlook."""

EVERYWHERE = {"background", "border-collapse", "border", "border-top", "border-bottom", "border-left", "border-right",
              "color", "font-family", "font-size", "font-weight", "line-height", "margin", "margin-top",
              "margin-bottom", "padding", "padding-top", "padding-bottom", "padding-left", "padding-right",
              "text-align", "vertical-align", "white-space", "width", "height", "display",
              "text-decoration"}  # fmt: skip
"""Drawn by Outlook, Gmail and Apple Mail on the elements that bodies use them on."""

ON_TERMS = {
    # Outlook takes the width attribute instead.
    "max-width": lambda element: element.get("width", "").isdigit(),
    # Of the hidden first line: what knows neither has mso-hide or display.
    "max-height": lambda element: "mso-hide:all" in element.get("style", "").replace(" ", ""),
    "overflow": lambda element: "mso-hide:all" in element.get("style", "").replace(" ", ""),
    "mso-hide": lambda element: "display:none" in element.get("style", "").replace(" ", ""),
}
"""Not drawn by all of them: allowed where an element says the same in another way."""

_FORBIDDEN_VALUES = re.compile(
    r"url\(|calc\(|var\(|\brem\b|\d(rem|vw|vh)\b|flex|grid|absolute|fixed|float|rgba?\(|linear-gradient", re.I
)
_PADDED = frozenset(("td",))
"""Outlook draws padding on cells only."""


class Linter(HTMLParser):
    """Collects what some program would not draw as `problems`."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = {name: value or "" for name, value in attrs}
        if tag not in TAGS:
            self.problems.append(f"<{tag}>")
        for declaration in filter(None, (part.strip() for part in element.get("style", "").split(";"))):
            name, _, value = (part.strip() for part in declaration.partition(":"))
            self._declaration(tag, element, name.lower(), value)
        if tag == "table" and element.get("role") != "presentation":
            self.problems.append("a table that is not said to be layout")
        if tag == "img" and not ({"alt", "width", "height"} <= set(element)):
            self.problems.append("a picture without alt, width and height")
        for name, value in element.items():
            if name in ("src", "href", "background") and not value.startswith(("cid:", "mailto:")):
                self.problems.append(f"{name}={value}")
            if name.startswith("on"):
                self.problems.append(name)

    def _declaration(self, tag: str, element: dict[str, str], name: str, value: str) -> None:
        known = name in EVERYWHERE or (name in ON_TERMS and ON_TERMS[name](element))
        if not known:
            self.problems.append(f"{name} on <{tag}>")
        if _FORBIDDEN_VALUES.search(value):
            self.problems.append(f"{name}: {value}")
        if name.startswith("padding") and tag not in _PADDED and value.strip("0px ") and tag != "body":
            self.problems.append(f"{name} on <{tag}>")


def lint(html: str) -> list[str]:
    """What of a mail body some program would not draw, each once, in order of appearance."""
    linter = Linter()
    linter.feed(html)
    head = html.split("</style>")[0].rpartition("<style")[2]
    if len(head) > 16_000:
        linter.problems.append("a style element over 16 KB")
    return list(dict.fromkeys(linter.problems))
