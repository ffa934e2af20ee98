"""What travels to a render worker and what comes back: frozen, picklable, without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from broadsheet.definitions.models.dimensions import Dimension
from broadsheet.definitions.models.kpis import Kpi
from broadsheet.definitions.models.reports import Report
from broadsheet.definitions.models.settings import Settings
from broadsheet.definitions.models.themes import Theme
from broadsheet.document.tree import Document, Edition
from broadsheet.metrics.question import Answer
from broadsheet.periods import Calendar, Period


@dataclass(frozen=True)
class BlockData:
    """A block's answer, or the reason it has none."""

    answer: Answer | None
    failure: str = ""


@dataclass(frozen=True)
class RenderJob:
    """Everything an edition is made of: same job, same bytes.

    `data` has one item per block of the report (text blocks: no answer). `templates` maps names to sources.
    `logo` holds the theme's logo as bytes. `sources` maps KPI names to the text of their origin.
    """

    edition: Edition
    report: Report
    period: Period
    as_of: datetime
    calendar: Calendar
    settings: Settings
    kpis: Mapping[str, Kpi]
    dimensions: Mapping[str, Dimension]
    data: tuple[BlockData, ...]
    theme: Theme
    templates: Mapping[str, str]
    logo: bytes | None = None
    logo_type: str = ""
    freshness: tuple[tuple[str, datetime], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Artifacts:
    """The rendered edition: bytes and what they contain."""

    document: Document
    html: bytes
    pdf: bytes
    pages: int
    mail_html: str
    mail_text: str
    images: tuple[tuple[str, bytes], ...]
