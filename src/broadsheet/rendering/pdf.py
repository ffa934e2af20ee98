"""Typesetting: an HTML page becomes a tagged PDF (PDF/UA-1) that depends on nothing but its input."""

from __future__ import annotations

import gc
import logging
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from broadsheet.rendering.brand import SCHEME, Resource
from broadsheet.rendering.breaks import needless
from broadsheet.rendering.typefaces import Face, faces

Paper = Literal["A4", "Letter", "Strip"]

VARIANT = "pdf/ua-1"
_SILENT = re.compile(rb"^(<\w+>) <>$")
# The text width is 180 mm on all, so that the same drawings fit, and 240 mm on pages turned to landscape. A strip
# takes any block on one page.
GRIDS = {
    ".beside": 2,
    ".notes": 2,
    ".story.full .parts": 3,
    ":is(.deck-1, .deck-2, .deck-3)": 3,
    ".deck-4": 4,
    ".deck-5": 5,
    ".signs": 5,
}
"""The grids of a page and their columns."""
PAGES = {"A4": ("A4", "15mm"), "Letter": ("Letter", "17.95mm"), "Strip": ("200mm 3000mm", "10mm")}
TURNED = {
    "A4": ("A4 landscape", "28.5mm"),
    "Letter": ("Letter landscape", "19.7mm"),
    "Strip": ("260mm 3000mm", "10mm"),
}


@dataclass(frozen=True)
class Pdf:
    """The file, its number of pages, and what the typesetter complained about (missing glyphs, lost pictures)."""

    content: bytes
    pages: int
    warnings: tuple[str, ...]


class ReportFetcher(URLFetcher):  # type: ignore[misc]
    """Knows the report's own resources by name and refuses every other address: no file, no network."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._resources = {SCHEME + resource.name: resource for resource in resources}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The resource of that name.

        Raises:
            ValueError: any other address.
        """
        del headers
        resource = self._resources.get(url)
        if resource is None:
            raise ValueError(f"a report refers to its own parts only, not to {url[:80]}")
        return URLFetcherResponse(url, resource.content, {"Content-Type": resource.media_type})


def render_pdf(html: str, resources: Sequence[Resource], *, paper: Paper = "A4") -> Pdf:
    """Typeset the page. Title, author, language and dates come from its head: same page, same bytes."""
    fetcher, rules = setting(html, resources, paper)
    with _heard() as complaints, _uncollected(), _cleared():
        laid_out = _laid_out(html, fetcher, rules)
        given_up: list[str] = []
        while more := needless(laid_out.pages, given_up):
            given_up += more
            dropped = "".join(f"#{id_} {{ break-before: auto !important }}" for id_ in given_up)
            laid_out = _laid_out(html, fetcher, rules + dropped)
        content = laid_out.write_pdf(pdf_variant=VARIANT, finisher=_spelled)
    return Pdf(content, len(laid_out.pages), tuple(complaints))


def _laid_out(html: str, fetcher: ReportFetcher, rules: str) -> Document:
    configuration = FontConfiguration()
    sheet = CSS(string=rules, url_fetcher=fetcher, font_config=configuration)
    return HTML(string=html, url_fetcher=fetcher, base_url=SCHEME).render(
        font_config=configuration, stylesheets=[sheet], pdf_variant=VARIANT
    )


def _spelled(_document: object, pdf: Any) -> None:
    """Where a letter is drawn by several shapes, as Arabic ones are, the typesetter gives some of them no character.

    They get a joiner that cannot be seen, so that every shape can be read aloud and copied.
    """
    for each in pdf.objects:
        lines = getattr(each, "stream", None)
        if isinstance(lines, list) and b"begincmap" in lines:
            each.stream = [_SILENT.sub(rb"\1 <200d>", line) for line in lines]


def setting(html: str, resources: Sequence[Resource], paper: Paper) -> tuple[ReportFetcher, str]:
    """What stands around a page: who knows its pictures and typefaces, and the rules of its paper."""
    drawn = (each.content.decode() for each in resources if each.media_type == "image/svg+xml")
    used = faces("".join((html, *drawn)))
    fonts = tuple(Resource(face.path.name, face.path.read_bytes(), "font/ttf") for face in used)
    return ReportFetcher((*resources, *fonts)), _print_rules(paper, used)


def _mirrored(selector: str, columns: int) -> str:
    """The cells of a grid from right to left: the typesetter mirrors lines, tables and boxes, but no grids."""
    places = "".join(
        f"[dir=rtl] {selector} > :nth-child({columns}n + {place}) {{ grid-column: {columns + 1 - place} }}\n"
        for place in range(1, columns + 1)
    )
    return f"[dir=rtl] {selector} {{ grid-auto-flow: row dense }}\n{places}"


_MIRRORED = "[dir=rtl] .beside { grid-template-columns: var(--mirrored) !important }\n" + "".join(
    _mirrored(selector, columns) for selector, columns in GRIDS.items()
)


def _print_rules(paper: Paper, used: Sequence[Face]) -> str:
    page = "size: {0}; margin-left: {1}; margin-right: {1}"
    rules = "".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
        f"src: url({SCHEME}{face.path.name}) }}\n"
        for face in used
    )
    upright, turned = page.format(*PAGES[paper]), page.format(*TURNED[paper])
    return f"{rules}{_MIRRORED}@page {{ {upright} }}\n@page landscape {{ {turned} }}"


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What the typesetter logs as warning or error while the block runs."""
    complaints: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: complaints.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    propagate, others = logger.propagate, logger.handlers[:]
    logger.propagate, logger.handlers = False, [handler]
    try:
        yield complaints
    finally:
        logger.propagate, logger.handlers = propagate, others


@contextmanager
def _cleared() -> Iterator[None]:
    """What the typesetter writes to the folder of temporary files goes when it is done.

    It would leave its fonts there in processes that end without a last collection, as workers do.
    """
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="broadsheet-") as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: layout makes many objects and little garbage (10 to 17 % faster)."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
