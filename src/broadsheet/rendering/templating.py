"""The one place where templates meet data: a sandbox, strict about names, that tells file and line of a mistake."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateNotFound, TemplateSyntaxError, pass_context
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.loaders import FunctionLoader
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from broadsheet.document.language import apart
from broadsheet.errors import Place, TemplateError, did_you_mean

FOLDER = "templates/"
REMEDY = "Mend the template, or remove it from the workspace to use the shipped one."


class Templates:
    """Templates by name (`page.html.j2`), rendered from plain values only."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._environment = ImmutableSandboxedEnvironment(
            loader=FunctionLoader(self._load),
            autoescape=lambda name: bool(name and name.endswith(".html.j2")),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self._environment.globals.clear()
        self._environment.filters["apart"] = _apart
        self._environment.filters["css_string"] = css_string
        self._environment.filters["css_counters"] = css_counters

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """The template's output.

        Raises:
            TemplateError: the template is missing, malformed, or asks for what there is not.
        """
        try:
            return self._environment.get_template(name).render(values)
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
