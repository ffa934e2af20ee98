"""Typesetting: an HTML page becomes a tagged PDF (PDF/UA-1) that depends on nothing but its input."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from broadsheet.rendering.charts.style import FONT_FOLDER
from broadsheet.rendering.html import Resource
from broadsheet.rendering.rows import SCHEME

Paper = Literal["A4", "Letter", "Strip"]

VARIANT = "pdf/ua-1"
# The text width is 180 mm on all, so that the same drawings fit. A strip takes any block on one page.
PAGES = {"A4": ("A4", "15mm"), "Letter": ("Letter", "17.95mm"), "Strip": ("200mm 3000mm", "10mm")}
FACES = (
    ("Source Sans 3", 400, "SourceSans3-Regular.ttf"),
    ("Source Sans 3", 600, "SourceSans3-Semibold.ttf"),
    ("Source Serif 4", 600, "SourceSerif4-Semibold.ttf"),
)


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
    fonts = tuple(Resource(file, (FONT_FOLDER / file).read_bytes(), "font/ttf") for _, _, file in FACES)
    fetcher = ReportFetcher((*resources, *fonts))
    with _heard() as complaints, _uncollected():
        configuration = FontConfiguration()
        sheet = CSS(string=_print_rules(paper), url_fetcher=fetcher, font_config=configuration)
        laid_out = HTML(string=html, url_fetcher=fetcher, base_url=SCHEME).render(
            font_config=configuration, stylesheets=[sheet], pdf_variant=VARIANT
        )
        content = laid_out.write_pdf(pdf_variant=VARIANT)
    return Pdf(content, len(laid_out.pages), tuple(complaints))


def _print_rules(paper: Paper) -> str:
    size, side = PAGES[paper]
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url({SCHEME}{file}) }}\n'
        for family, weight, file in FACES
    )
    return f"{faces}@page {{ size: {size}; margin-left: {side}; margin-right: {side} }}"


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
def _uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: layout makes many objects and little garbage (10 to 17 % faster)."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
