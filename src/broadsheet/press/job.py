"""What travels to a render worker and what comes back: frozen, picklable, without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from broadsheet.definitions.models.limits import RenderLimits
from broadsheet.definitions.models.reports import FileKind
from broadsheet.definitions.models.themes import Theme
from broadsheet.document.material import Material
from broadsheet.document.tree import Document, Edition
from broadsheet.metrics.question import Statement
from broadsheet.press.gate import NOTHING, Finding, Seen
from broadsheet.rendering.brand import PLAIN, Brand


@dataclass(frozen=True)
class RenderJob:
    """Everything an edition is made of: same job, same bytes.

    `templates` maps names to sources; `brand` are the theme's files; `also` names the further files wanted.
    """

    material: Material
    theme: Theme
    templates: Mapping[str, str]
    paper: Literal["A4", "Letter"]
    brand: Brand = PLAIN
    also: tuple[FileKind, ...] = ()
    limits: RenderLimits = field(default_factory=RenderLimits)


@dataclass(frozen=True)
class Gathered:
    """A job with the trail of how its numbers were asked for, what the data look like, and what the gate found.

    All but the job stays with the parent process. `unwanted` is why the report's conditions do not want the edition.
    """

    job: RenderJob
    statements: tuple[Statement, ...]
    seen: Seen = NOTHING
    findings: tuple[Finding, ...] = ()
    unwanted: str = ""


@dataclass(frozen=True)
class Artifacts:
    """The rendered edition: bytes, what they say, and what the typesetter could not do as asked (`warnings`).

    `edition` is whose it is, as ordered: in print the names of two slices may look alike. `files` are further ones by
    the end of their names.
    """

    edition: Edition
    document: Document
    html: bytes
    pdf: bytes
    pages: int
    mail_html: str
    mail_text: str
    images: tuple[tuple[str, bytes], ...]
    warnings: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
