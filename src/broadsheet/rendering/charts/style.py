"""How charts look: colors by role and type sizes, and the one-time set-up of the drawing library."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from broadsheet.rendering.typefaces import BUNDLED, SANS, Script, scripts


@dataclass(frozen=True)
class ChartStyle:
    """Colors by role (`#rrggbb`) and the type size of labels in points; `on_heat` are those of text on the shades."""

    text: str
    secondary: str
    paper: str
    actual: str
    previous: str
    outline: str
    favorable: str
    unfavorable: str
    unfavorable_text: str
    rule: str
    hairline: str
    shade: str
    categories: tuple[str, ...]
    heat: tuple[str, ...]
    on_heat: tuple[str, ...]
    size: float = 7.0
    right_to_left: bool = False
    """Whether the language runs from right to left: then names stand at the right, but time runs on to the right."""


def prepare() -> None:
    """Register the bundled fonts and fix what would differ between machines; call once per process.

    The settings of matplotlib are global, so this belongs to the start of a render worker, not to a chart.
    """
    from matplotlib import rcParams

    for face in BUNDLED:
        _register(face.path)
    rcParams.update(
        {
            "font.family": [SANS],
            "svg.fonttype": "none",
            "svg.hashsalt": "broadsheet",
            "text.parse_math": False,
            "text.hinting": "no_hinting",
            "path.simplify": False,
        }
    )


def fonts_of(text: str, first: str = SANS) -> list[str]:
    """The typefaces of a text, ready to be drawn with."""
    found = tuple(scripts(text))
    for script in found:
        _register_script(script)
    return [first, *(script.family for script in found)]


@cache
def _register_script(script: Script) -> None:
    """A typeface of one weight stands for the strong one, too."""
    from matplotlib import font_manager

    for face in script.faces:
        _register(face.path)
    if len(script.faces) == 1:
        known = font_manager.fontManager.ttflist
        known += [replace(entry, weight=600) for entry in known if entry.fname == str(script.faces[0].path)]


@cache
def _register(path: Path) -> None:
    from matplotlib import font_manager

    if str(path) not in {entry.fname for entry in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(path)
