"""The one place where templates meet data: a sandbox, strict about names, that tells file and line of a mistake."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from typing import Any

from jinja2 import StrictUndefined, TemplateNotFound, TemplateSyntaxError, pass_context
from jinja2.environment import TemplateModule
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.loaders import FunctionLoader
from jinja2.runtime import BlockReference, Context, LoopContext, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel

from broadsheet.document.language import apart
from broadsheet.errors import Place, TemplateError, did_you_mean
from broadsheet.rendering.links import harmless

FOLDER = "templates/"
REMEDY = "Mend the template, or remove it from the workspace to use the shipped one."
LONGEST = 30_000_000
"""Characters of what one template may write."""
METHODS: tuple[tuple[type, frozenset[str] | None], ...] = (
    (
        str,
        frozenset(
            {"capitalize", "endswith", "lower", "replace", "split", "startswith", "strip", "title", "upper"}
        ),
    ),
    (Mapping, frozenset({"get", "items", "keys", "values"})),
    (LoopContext, None),
    (TemplateModule, None),
    (TemplateReference, None),
    (BlockReference, None),
)
"""What templates may call of values: of texts and mappings what only reads, of Jinja's own parts everything."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates are code, also an administrator's: they read values, and call nothing that acts."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether templates may use this attribute; another one is unknown to them."""
        if not super().is_safe_attribute(obj, attr, value):
            return False
        if isinstance(obj, BaseModel):
            return attr in type(obj).model_fields
        if not callable(value):
            return True
        if is_dataclass(obj) and type(obj).__module__.startswith("broadsheet."):
            return True  # Documents and their settings are frozen; their methods compute.
        kind = next((names for kind, names in METHODS if isinstance(obj, kind)), frozenset())
        return kind is None or attr in kind


class Templates:
    """Templates by name (`page.html.j2`), rendered from plain values only."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._environment = Sandbox(
            loader=FunctionLoader(self._load),
            autoescape=lambda name: bool(name and name.endswith(".html.j2")),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self._environment.globals.clear()
        del self._environment.filters["random"]  # The same job gives the same bytes.
        self._environment.filters["apart"] = _apart
        self._environment.filters["css_string"] = css_string
        self._environment.filters["css_counters"] = css_counters

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """The template's output; in a page, without links that run something (see `links`).

        Raises:
            TemplateError: the template is missing, malformed, asks for what there is not, or never ends.
        """
        try:
            text = _bounded(self._environment.get_template(name).generate(values), name)
            return harmless(text) if name.endswith(".html.j2") else text
        except TemplateNotFound as missing:
            remedy = did_you_mean(str(missing.name), self._sources)
            raise TemplateError(
                Place(FOLDER + str(missing.name)), "there is no such template", remedy
            ) from None
        except TemplateSyntaxError as error:
            place = Place(FOLDER + (error.name or name), error.lineno)
            raise TemplateError(place, error.message or "malformed", REMEDY) from None
        except (JinjaError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise TemplateError(_place(error, name), str(error), REMEDY) from None

    def _load(self, name: str) -> tuple[str, str, None] | None:
        source = self._sources.get(name)
        return None if source is None else (source, FOLDER + name, None)


def _bounded(pieces: Iterable[str], name: str) -> str:
    kept, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > LONGEST:
            raise TemplateError(Place(FOLDER + name), f"it writes more than {LONGEST:,} characters", REMEDY)
        kept.append(piece)
    return "".join(kept)


@pass_context
def _apart(context: Context, text: str) -> str:
    """A value among others on a line: signs and digits keep their places whatever stands beside it."""
    return apart(text, context["document"].direction)


def css_string(text: str) -> str:
    """A text as a quoted CSS string that can end neither itself nor the style element around it."""
    safe = "".join(c if c.isalnum() or c in " .,:-_" else f"\\{ord(c):x} " for c in text)
    return f'"{safe}"'


def css_counters(text: str) -> str:
    """`Page {page} of {pages}` as CSS content, the placeholders as counters of pages."""
    parts = re.split(r"\{(pages?)\}", str(text))
    return " ".join(f"counter({part})" if index % 2 else css_string(part) for index, part in enumerate(parts))


def _place(error: BaseException, name: str) -> Place:
    """The innermost template line of the traceback; Jinja maps its frames back to template lines."""
    lines = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(FOLDER)
    ]
    return Place(lines[-1].filename, lines[-1].lineno or 0) if lines else Place(FOLDER + name)
