"""Contrast of colors, as the accessibility guidelines (WCAG 2.2) measure it, and where a theme has too little."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from broadsheet.definitions.models.themes import Theme

TEXT, MARKS = 4.5, 3.0
"""The least contrast of text and of marks against their ground."""
TEXT_ROLES = ("text", "secondary", "favorable", "unfavorable_text")
MARK_ROLES = ("actual", "outline", "unfavorable", "rule")


class Weak(NamedTuple):
    """A color of a theme that can hardly be read: where it stands, and its ratio against the one needed."""

    way: tuple[str | int, ...]
    color: str
    ratio: float
    needed: float


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two `#rrggbb` colors, 1 to 21 (relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def weak_colors(theme: Theme) -> Iterator[Weak]:
    """Roles and members too pale on the paper, and grounds of cells on which neither text nor paper can be read."""
    colors, paper = theme.colors.model_dump(), theme.colors.paper
    wanted = [(("colors", role), colors[role], TEXT) for role in TEXT_ROLES]
    wanted += [(("colors", role), colors[role], MARKS) for role in MARK_ROLES]
    found: list[Weak] = [Weak(way, color, contrast(color, paper), needed) for way, color, needed in wanted]
    found += [
        Weak(("categories", index), color, contrast(color, paper), MARKS)
        for index, color in enumerate(theme.categories)
    ]
    found += [
        Weak(("heat", index), shade, max(contrast(shade, ink) for ink in (theme.colors.text, paper)), TEXT)
        for index, shade in enumerate(theme.heat)
    ]
    return (weak for weak in found if weak.ratio < weak.needed)


def _luminance(color: str) -> float:
    channels = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
