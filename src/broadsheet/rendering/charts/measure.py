"""How wide a text is in the bundled typeface."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from broadsheet.rendering.charts.style import fonts_of
from broadsheet.rendering.typefaces import SANS

MM_PER_POINT = 25.4 / 72


@contextmanager
def gaps_allowed() -> Iterator[None]:
    """A name may hold a character that no typeface has: the page's typesetter tells it, once for all."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph", category=UserWarning)
        yield


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, strong: bool = False, family: str = SANS) -> float:
    """Millimeters of the shaped text at `size` points, regular or semibold."""
    font = FontProperties(family=fonts_of(text, family), weight=600 if strong else 400, size=size)
    with gaps_allowed():
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) * MM_PER_POINT
